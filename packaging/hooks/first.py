"""The first thing that the frozen program does, before PyInstaller's own hooks load anything native: is the processor able?"""

from kiosk import cpu

cpu.refuse_too_old()
