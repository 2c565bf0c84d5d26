"""What an X server says is down: a line "CODE … | BUTTONS | X Y". With "until-button" it waits for one first."""
import ctypes
import sys
import time

x11 = ctypes.CDLL("libX11.so.6")
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
x11.XDefaultRootWindow.restype = ctypes.c_ulong
x11.XQueryKeymap.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
x11.XQueryPointer.argtypes = [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_void_p] * 7
display = x11.XOpenDisplay(None)


def pointer():
    values = [ctypes.c_ulong(), ctypes.c_ulong()] + [ctypes.c_int() for _ in range(4)] + [ctypes.c_uint()]
    x11.XQueryPointer(display, x11.XDefaultRootWindow(display), *[ctypes.byref(value) for value in values])
    return values[6].value >> 8 & 31, values[2].value, values[3].value


while "until-button" in sys.argv and not pointer()[0]:
    time.sleep(0.001)
keymap = ctypes.create_string_buffer(32)
x11.XQueryKeymap(display, keymap)
codes = [str(code) for code in range(256) if keymap.raw[code // 8] >> code % 8 & 1]
buttons, x, y = pointer()
print(" ".join(codes), "|", buttons, "|", x, y)
