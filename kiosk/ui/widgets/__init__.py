"""Parts that several screens share. One public class a file; each draws with the theme it was handed last."""
