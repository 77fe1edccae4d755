"""Creatures and travellers the demo cards show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.drawing.canvas import TAU, Canvas, Colour, Points, backdrop, mix, ranges, rgb
from training.drawing.card_data import Scene


def _dragon(c: Canvas) -> None:
    backdrop(c, sun=(0.52, 0.42), size=0.33)
    p = c.palette
    ranges(c, 0.86, 0.97, 3, 0.12)
    body = mix(p.dark, p.mid, 0.3)
    _wing(c, (0.5, 0.46), (-2.55, 0.62), 1.0, mix(p.mid, p.dark, 0.4))
    _wing(c, (0.55, 0.45), (-0.72, 0.6), -1.0, mix(p.mid, p.dark, 0.15))
    t = np.linspace(0, 1, 40)
    spine = np.stack([0.31 + 0.42 * t + 0.035 * np.sin(t * 7), 0.36 + 0.3 * t + 0.1 * np.sin(t * 6.5 + 2.6)], 1)
    c.stroke(spine[:22], (0.035, 0.12), body)
    c.stroke(spine[20:], (0.12, 0.006), body)
    for k in range(2, 38, 2):
        u, v = spine[k]
        c.polygon([(u - 0.012, v - 0.03), (u + 0.004, v - 0.085 + 0.001 * k), (u + 0.018, v - 0.03)], body)
    _dragon_head(c, float(spine[0][0]), float(spine[0][1]), body)


def _wing(c: Canvas, root: tuple[float, float], towards: tuple[float, float], side: float, skin: Colour) -> None:
    """Paint a bat's wing: an arm and four fingers with the skin hung between them."""
    angle, length = towards
    wrist = c.point(*root, length * 0.62, angle)
    tips = [c.point(*wrist, length * (0.62 - 0.07 * i), angle + side * (0.1 - 0.62 * i)) for i in range(4)]
    edge: list[tuple[float, float]] = [tips[0]]
    for a, b in zip(tips, [*tips[1:], root], strict=True):
        middle = ((a[0] + b[0]) / 2 * 0.78 + wrist[0] * 0.22, (a[1] + b[1]) / 2 * 0.78 + wrist[1] * 0.22)
        edge += [middle, b]
    c.polygon([root, wrist, *edge], mix(skin, c.palette.light, 0.12), skin)
    for tip in tips:
        c.stroke([wrist, tip], (0.014, 0.004), mix(skin, c.palette.dark, 0.6))
    c.stroke([root, wrist], (0.045, 0.02), mix(skin, c.palette.dark, 0.6))


def _dragon_head(c: Canvas, u: float, v: float, body: Colour) -> None:
    outline = [
        (0.03, -0.03),
        (-0.03, -0.045),
        (-0.11, 0.0),
        (-0.115, 0.02),
        (-0.05, 0.015),
        (-0.1, 0.045),
        (0.0, 0.04),
        (0.04, 0.02),
    ]
    c.polygon([(u + x, v + y) for x, y in outline], body)
    for lift in (0.0, 0.02):
        c.stroke([(u - 0.005, v - 0.03 + lift), (u + 0.09, v - 0.1 + lift)], (0.018, 0.003), body)
    c.glow_small(u - 0.035, v - 0.018, 0.011, rgb("#ffe070"))
    for i in range(26):
        far = i / 26
        place = c.point(u - 0.11, v + 0.03, 0.3 * far, np.pi - 0.5 + float(c.rng.normal(0, 0.14)))
        c.glow_small(*place, 0.012 + 0.035 * far, mix(rgb("#fff2b0"), rgb("#ff5a10"), far) * np.float32(0.55))


def _serpent(c: Canvas) -> None:
    backdrop(c, sun=(0.24, 0.22), size=0.1)
    p = c.palette
    c.sea(0.56, mix(p.dark, p.mid, 0.5), p.mid, 0.24)
    skin, belly = mix(p.mid, p.dark, 0.55), mix(p.mid, p.light, 0.5)
    for u, size in ((0.9, 0.13), (0.71, 0.19)):
        t = np.linspace(np.pi, TAU, 24)
        arch = np.array([c.point(u, 0.66, size, float(a)) for a in t])
        c.stroke(arch, (0.1, 0.07), skin)
        c.stroke(arch + np.array([0, 0.024]), (0.03, 0.02), belly)
    t = np.linspace(0, 1, 30)
    neck = np.stack([0.5 - 0.16 * np.sin(t * 3.4), 0.72 - 0.5 * t], 1)
    neck[:, 0] -= 0.06 * t**3
    c.stroke(neck, (0.19, 0.095), skin)
    c.stroke(neck - np.array([0.018, 0]), (0.06, 0.03), belly)
    for k in range(3, 28, 3):
        u, v = neck[k]
        c.polygon([(u + 0.03, v - 0.02), (u + 0.1, v - 0.045), (u + 0.04, v + 0.035)], mix(skin, p.light, 0.3))
    u, v = neck[-1]
    c.polygon(
        [
            (u + x, v + y)
            for x, y in (
                (0.07, 0.05),
                (0.06, -0.07),
                (-0.04, -0.08),
                (-0.19, 0.0),
                (-0.06, 0.01),
                (-0.15, 0.06),
                (-0.02, 0.08),
            )
        ],
        skin,
    )
    c.glow_small(u - 0.03, v - 0.035, 0.014, rgb("#fff0a0"))
    foam = np.clip(c.noise(16, 9, 3) - 0.15, 0, 1) * np.exp(-(((c.v - 0.74) / 0.06) ** 2))
    c.blend(np.clip(foam * 1.6, 0, 0.9).astype(np.float32), p.light)


def _ship(c: Canvas) -> None:
    backdrop(c, sun=(0.62, 0.32), size=0.17)
    p = c.palette
    c.sea(0.66, mix(p.dark, p.mid, 0.3), mix(p.mid, p.low, 0.3), 0.62)
    hull = mix(rgb("#4a2c1a"), p.dark, 0.4)
    sail = mix(rgb("#f4e6c8"), p.light, 0.5)
    for u, top, size in ((0.36, 0.2, 0.2), (0.52, 0.1, 0.26), (0.66, 0.22, 0.18)):
        c.stroke([(u, 0.72), (u, top)], (0.016, 0.008), hull)
        for k in range(3):
            v, wide = top + 0.03 + k * size * 0.68, size * (0.42 + 0.16 * k)
            belly = [(u + wide * 0.42 + 0.02 * np.sin(np.pi * s), v + size * 0.6 * s) for s in np.linspace(0, 1, 6)]
            c.polygon([(u - wide * 0.4, v), *belly, (u - wide * 0.55, v + size * 0.6)], sail, mix(sail, p.mid, 0.45))
        c.polygon([(u, top), (u + 0.07, top + 0.012), (u, top + 0.03)], rgb("#b8322a"))
    c.polygon(
        [(0.2, 0.67), (0.28, 0.72), (0.68, 0.72), (0.72, 0.64), (0.82, 0.62), (0.74, 0.8), (0.66, 0.84), (0.32, 0.84)],
        mix(hull, p.light, 0.2),
        hull,
    )
    c.stroke([(0.22, 0.68), (0.06, 0.58)], (0.014, 0.004), hull)
    foam = np.clip(c.noise(16, 9, 3), 0, 1) * np.exp(-(((c.v - 0.85) / 0.035) ** 2)) * (np.abs(c.u - 0.5) < 0.34)
    c.blend(np.clip(foam * 1.4, 0, 0.9).astype(np.float32), p.light)


def _portal(c: Canvas) -> None:
    p = c.palette
    distance, angle = c.polar(0.5, 0.45)
    swirl = np.sin(3 * angle + 9 * np.log(distance + 0.05) + 0.8 * c.noise(3, 3, 3))
    c.pixels[:] = p.dark + (p.mid - p.dark) * (0.5 + 0.5 * swirl)[..., np.newaxis]
    c.blend(np.clip(swirl - 0.4, 0, 1) * np.exp(-distance).astype(np.float32), p.low)
    c.glow(0.5, 0.45, 0.2, p.light, 1.0)
    c.glow(0.5, 0.45, 0.42, p.low, 0.4)
    c.stars(90)
    c.ridge(0.86, 0.08, p.dark, p.dark, bumps=4)
    _mage(c, 0.5, 0.9, 0.42)


def _mage(c: Canvas, u: float, foot: float, size: float) -> None:
    """Paint a robed figure with raised arms, seen from behind."""
    dark = mix(c.palette.dark, rgb("#000000"), 0.3)
    robe = ((-0.2, 0), (-0.13, -0.5), (-0.1, -0.66), (0, -0.72), (0.1, -0.66), (0.13, -0.5), (0.2, 0))
    c.polygon([(u + x * size, foot + y * size) for x, y in robe], mix(dark, c.palette.mid, 0.35), dark)
    for side in (-1, 1):
        c.stroke(
            [(u + side * 0.07 * size, foot - 0.62 * size), (u + side * 0.3 * size, foot - 0.86 * size)],
            (0.05, 0.025),
            dark,
        )
        c.glow_small(u + side * 0.31 * size, foot - 0.89 * size, 0.025, c.palette.light)
    c.disc(u, foot - 0.78 * size, 0.075 * size / 0.8, dark)
    hat = ((-0.17, -0.8), (0, -0.86), (0.17, -0.8), (0.02, -1.12))
    c.polygon([(u + x * size, foot + y * size) for x, y in hat], dark)


def _moth(c: Canvas) -> None:
    p = c.palette
    backdrop(c, sun=(0.5, 0.4), size=0.36)
    c.stars(40)
    ranges(c, 0.9, 1.0, 2, 0.1)
    for side in (-1.0, 1.0):
        for start, reach, tall, tone in ((0.58, 0.27, 0.2, p.mid), (0.42, 0.42, 0.24, mix(p.mid, p.low, 0.45))):
            _moth_wing(c, side, (start, reach, tall), tone)
    t = np.linspace(0, 1, 12)
    c.stroke(np.stack([np.full(12, 0.5), 0.3 + 0.42 * t], 1), (0.1, 0.02), mix(p.dark, p.mid, 0.35))
    c.disc(0.5, 0.29, 0.05, p.dark)
    for side in (-1.0, 1.0):
        feeler = np.stack([0.5 + side * (0.02 + 0.1 * t**1.5), 0.27 - 0.17 * t], 1)
        c.stroke(feeler, (0.012, 0.026), p.dark)


def _moth_wing(c: Canvas, side: float, shape: tuple[float, float, float], tone: Colour) -> None:
    v, reach, tall = shape
    for share, paint in (
        (1.0, mix(tone, c.palette.dark, 0.55)),
        (0.88, tone),
        (0.66, mix(tone, c.palette.light, 0.28)),
    ):
        c.polygon(_wing_outline(c, side, v, reach * share, tall * share), paint, mix(paint, c.palette.dark, 0.3))
    eye = c.point(0.5, v, reach * 0.56, -0.18 if side > 0 else np.pi + 0.18)
    for radius, paint in ((0.062, c.palette.dark), (0.042, c.palette.light), (0.022, rgb("#301020"))):
        c.disc(*eye, radius * reach / 0.4, paint)


def _wing_outline(c: Canvas, side: float, v: float, reach: float, tall: float) -> Points:
    t = np.linspace(0, 1, 30)
    x = reach * np.sin(np.pi * t * 0.98) ** 0.8
    y = tall * (-1.15 + 2.1 * t) * np.sin(np.pi * np.clip(t, 0.03, 1)) ** 0.4 + 0.012 * np.sin(t * 22)
    return np.stack([0.5 + side * x * c.unit / c.width, v + y * c.unit / c.height], 1)


def _ferry(c: Canvas) -> None:
    backdrop(c, sun=(0.76, 0.2), size=0.09)
    p = c.palette
    ranges(c, 0.46, 0.56, 3, 0.12)
    c.sea(0.56, mix(p.dark, p.mid, 0.25), mix(p.mid, p.low, 0.35), 0.76)
    c.haze(0.57, 0.07, mix(p.low, p.light, 0.3), 0.8)
    wood = mix(p.dark, rgb("#000000"), 0.2)
    hull = ((0.1, 0.7), (0.16, 0.76), (0.62, 0.76), (0.72, 0.66), (0.66, 0.82), (0.22, 0.82))
    c.polygon([(u, 1.66 - v * 0.95) for u, v in hull], mix(p.dark, p.mid, 0.3))  # its mirror image in the water
    c.polygon(list(hull), mix(wood, p.mid, 0.3), wood)
    robe = ((0.26, 0.78), (0.29, 0.5), (0.31, 0.4), (0.35, 0.34), (0.39, 0.4), (0.41, 0.5), (0.45, 0.78))
    c.polygon(list(robe), mix(wood, p.mid, 0.35), wood)
    c.polygon([(0.325, 0.42), (0.345, 0.38), (0.37, 0.42), (0.35, 0.47)], rgb("#000000"))
    c.stroke([(0.52, 0.2), (0.38, 0.98)], (0.016, 0.016), wood)
    c.stroke([(0.37, 0.5), (0.47, 0.47)], (0.05, 0.03), wood)
    c.stroke([(0.69, 0.7), (0.7, 0.46), (0.75, 0.44)], (0.014, 0.01), wood)
    c.glow(0.75, 0.52, 0.16, rgb("#ffc860"), 0.9)
    c.polygon([(0.73, 0.55), (0.73, 0.49), (0.77, 0.49), (0.77, 0.55)], rgb("#fff2c0"), rgb("#ffb040"))
    for k in range(40):
        u, v = c.rng.uniform(0.0, 1.0), c.rng.uniform(0.86, 1.05)
        c.stroke([(u, 1.05), (u + c.rng.normal(0, 0.02), v - 0.1 * (k % 3 == 0))], (0.01, 0.002), wood)


FIGURES: dict[Scene, Callable[[Canvas], None]] = {
    "dragon": _dragon,
    "ferry": _ferry,
    "moth": _moth,
    "portal": _portal,
    "serpent": _serpent,
    "ship": _ship,
}
