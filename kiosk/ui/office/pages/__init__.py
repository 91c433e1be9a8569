"""The pages of the operator's room, one module each; imported when first opened."""
