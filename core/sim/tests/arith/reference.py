#!/usr/bin/env python3
"""Writes reference.txt: correctly rounded values of the double-precision math functions, from mpmath.

Run it by hand when a function is added: `python3 reference.py > reference.txt`. Each line is a function, its
arguments and its result, doubles as hexadecimal bits. The tests read the file; they do not need Python. POINTS=4000
makes a denser file to try by hand (WARPLENS_MATH_REFERENCE names it to the test).
"""
import math
import os
import random
import struct

from mpmath import mp, mpf

mp.dps = 60
random.seed(20)
POINTS = int(os.environ.get("POINTS", "64"))


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def uniform(lo, hi):
    return lambda: random.uniform(lo, hi)


def log_uniform(lo, hi, signed=True):
    def draw():
        x = 10 ** random.uniform(lo, hi)
        return -x if signed and random.random() < 0.5 else x

    return draw


def mix(*draws):
    return lambda: random.choice(draws)()


def near(points, width=1e-3):
    """Close to a zero of the function, where relative accuracy is hard."""
    return lambda: random.choice(points) * (1 + random.uniform(-1, 1) * 10 ** random.uniform(-12, math.log10(width)))


def solve(f, df, y):
    for _ in range(60):
        step = f(y) / df(y)
        y -= step
        if abs(step) < abs(y) * mpf(10) ** -45:
            return y
    raise ArithmeticError


def erfcinv(x):
    """Newton on the logarithm of erfc, which is smooth in the tail; near 1 on erf."""
    if x > 1:
        return -erfcinv(2 - x)
    if x > mpf("0.5"):
        return mp.erfinv(1 - x)
    start = mp.sqrt(-mp.log(x * mp.sqrt(mp.pi) * mp.sqrt(-mp.log(x) + 1)))
    slope = lambda y: -2 / mp.sqrt(mp.pi) * mp.exp(-y * y) / mp.erfc(y)
    return solve(lambda y: mp.log(mp.erfc(y)) - mp.log(x), slope, start)


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


J0 = [2.404825557695773, 5.520078110286311]
J1 = [3.8317059702075125, 7.015586669815619]
Y0 = [0.8935769662791675, 3.957678419314858, 7.086051060301773]
Y1 = [2.197141326031017, 5.429681040794135]

ONE = {
    "acos": (mp.acos, mix(uniform(-1, 1), log_uniform(-12, 0))),
    "acosh": (mp.acosh, mix(uniform(1, 3), log_uniform(0, 300, False))),
    "asin": (mp.asin, mix(uniform(-1, 1), log_uniform(-12, 0))),
    "asinh": (mp.asinh, mix(uniform(-3, 3), log_uniform(-10, 300))),
    "atan": (mp.atan, mix(uniform(-3, 3), log_uniform(-10, 20))),
    "atanh": (mp.atanh, mix(uniform(-1, 1), log_uniform(-10, 0))),
    "cbrt": (lambda x: mp.sign(x) * mp.cbrt(abs(x)), log_uniform(-300, 300)),
    "cos": (mp.cos, mix(uniform(-10, 10), log_uniform(0, 20))),
    "cosh": (mp.cosh, mix(uniform(-3, 3), uniform(-700, 700))),
    "cospi": (mp.cospi, mix(uniform(-4, 4), log_uniform(-8, 8))),
    "cyl_bessel_i0": (lambda x: mp.besseli(0, x), mix(uniform(-20, 20), uniform(-700, 700))),
    "cyl_bessel_i1": (lambda x: mp.besseli(1, x), mix(uniform(-20, 20), uniform(-700, 700), log_uniform(-10, 0))),
    "erf": (mp.erf, mix(uniform(-6, 6), log_uniform(-10, 0))),
    "erfc": (mp.erfc, mix(uniform(-6, 6), uniform(0, 26.5))),
    "erfcinv": (erfcinv, mix(uniform(0, 2), log_uniform(-300, 0, False))),
    "erfcx": (lambda x: mp.exp(x * x) * mp.erfc(x), mix(uniform(-5, 30), uniform(-26, 0), log_uniform(-8, 8, False))),
    "erfinv": (mp.erfinv, mix(uniform(-1, 1), log_uniform(-12, 0), lambda: 1 - 10 ** random.uniform(-15, 0))),
    "exp": (mp.exp, mix(uniform(-3, 3), uniform(-744, 709), log_uniform(-12, 0))),
    "exp10": (lambda x: mpf(10) ** x, mix(uniform(-3, 3), uniform(-320, 308))),
    "exp2": (lambda x: mpf(2) ** x, mix(uniform(-3, 3), uniform(-1070, 1023))),
    "expm1": (mp.expm1, mix(uniform(-3, 3), uniform(-50, 700), log_uniform(-12, 0))),
    "j0": (lambda x: mp.besselj(0, x), mix(uniform(-8, 8), near(J0), log_uniform(-6, 0))),
    "j1": (lambda x: mp.besselj(1, x), mix(uniform(-8, 8), near(J1), log_uniform(-6, 0))),
    "lgamma": (lambda x: mp.log(abs(mp.gamma(x))), mix(uniform(0, 5), uniform(-2.26, 20), log_uniform(-10, 300, False))),
    "log": (mp.log, mix(uniform(0, 3), log_uniform(-300, 300, False), uniform(0.999, 1.001))),
    "log10": (mp.log10, mix(uniform(0, 3), log_uniform(-300, 300, False), uniform(0.999, 1.001))),
    "log1p": (mp.log1p, mix(uniform(-1, 3), log_uniform(-12, 300, False), log_uniform(-12, -1))),
    "log2": (lambda x: mp.log(x, 2), mix(uniform(0, 3), log_uniform(-300, 300, False), uniform(0.999, 1.001))),
    "normcdf": (cdf, mix(uniform(-6, 6), uniform(-37, 0), log_uniform(-8, 0))),
    "normcdfinv": (lambda x: -mp.sqrt(2) * erfcinv(2 * x), mix(uniform(0, 1), log_uniform(-300, 0, False))),
    "rcbrt": (lambda x: 1 / (mp.sign(x) * mp.cbrt(abs(x))), log_uniform(-300, 300)),
    "rsqrt": (lambda x: 1 / mp.sqrt(x), log_uniform(-300, 300, False)),
    "sin": (mp.sin, mix(uniform(-10, 10), log_uniform(-8, 20))),
    "sinh": (mp.sinh, mix(uniform(-3, 3), uniform(-700, 700), log_uniform(-10, 0))),
    "sinpi": (mp.sinpi, mix(uniform(-4, 4), log_uniform(-8, 8))),
    "tan": (mp.tan, mix(uniform(-10, 10), log_uniform(-8, 20))),
    "tanh": (mp.tanh, mix(uniform(-3, 3), uniform(-25, 25), log_uniform(-10, 0))),
    "tgamma": (mp.gamma, mix(uniform(0, 5), uniform(-20, 20), uniform(20, 171))),
    "y0": (lambda x: mp.bessely(0, x), mix(uniform(0, 8), near(Y0), log_uniform(-6, 0, False))),
    "y1": (lambda x: mp.bessely(1, x), mix(uniform(0, 8), near(Y1), log_uniform(-6, 0, False))),
}

anything = mix(uniform(-10, 10), log_uniform(-150, 150))
TWO = {
    "atan2": (mp.atan2, anything, anything),
    "hypot": (mp.hypot, anything, anything),
    "rhypot": (lambda x, y: 1 / mp.hypot(x, y), anything, anything),
    "pow": (mp.power, mix(uniform(0, 3), uniform(0.99, 1.01), log_uniform(-20, 20, False)), uniform(-15, 15)),
}


def main():
    for name, (f, draw) in ONE.items():
        n = 0
        while n < POINTS:
            x = draw()
            try:
                y = f(mpf(x))
            except (ValueError, ZeroDivisionError):
                continue
            if isinstance(y, mp.mpc) or not mp.isfinite(y) or not 1e-305 < abs(y) < 1e308:
                continue
            print(f"{name} {bits(x):016x} {bits(float(y)):016x}")
            n += 1
    for name, (f, first, second) in TWO.items():
        n = 0
        while n < POINTS:
            x, y = first(), second()
            z = f(mpf(x), mpf(y))
            if not 1e-305 < abs(z) < 1e308:
                continue
            print(f"{name} {bits(x):016x} {bits(y):016x} {bits(float(z)):016x}")
            n += 1


main()
