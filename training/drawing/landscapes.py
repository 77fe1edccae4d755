"""Places the demo cards show: mountains, woods, coasts, castles, weather."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.drawing.canvas import TAU, Canvas, Colour, backdrop, mix, ranges, rgb
from training.drawing.card_data import Scene


def _peaks(c: Canvas) -> None:
    backdrop(c, sun=(0.27, 0.26), size=0.08)
    p = c.palette
    for u, v, size in ((0.78, 0.22, 0.55), (0.45, 0.12, 0.75), (0.15, 0.36, 0.5)):
        _summit(c, u, v, size, mix(p.mid, p.low, 0.3))
    ranges(c, 0.78, 0.95, 3, 0.09)
    for u in c.rng.uniform(0, 1, 26):
        _fir(c, float(u), float(c.rng.uniform(0.9, 1.02)), float(c.rng.uniform(0.08, 0.2)), p.dark)


def _summit(c: Canvas, u: float, v: float, size: float, rock: Colour) -> None:
    """Paint a mountain whose left side is lit and whose top is white."""
    foot = v + size * 1.1
    jag = c.rng.uniform(-0.02, 0.02, 6)
    spine = [(u, v), (u + 0.03 + jag[0], v + 0.3 * size), (u - 0.02 + jag[1], v + 0.65 * size), (u + 0.05, foot)]
    lit, shaded = mix(rock, c.palette.light, 0.35), mix(rock, c.palette.dark, 0.5)
    c.polygon([(u - size * 0.75, foot), *spine], lit, rock)
    c.polygon([*spine, (u + size * 0.75, foot)], shaded, rock)
    snow = [(u - 0.2 * size, v + 0.3 * size), (u - 0.11 * size, v + 0.26 * size), (u - 0.05 * size, v + 0.36 * size)]
    c.polygon([(u, v), *snow, spine[1]], rgb("#ffffff"), c.palette.light)
    c.polygon(
        [(u, v), spine[1], (u + 0.1 * size, v + 0.24 * size), (u + 0.2 * size, v + 0.3 * size)],
        mix(lit, rgb("#dfe8ff"), 0.6),
    )


def _fir(c: Canvas, u: float, foot: float, size: float, colour: Colour) -> None:
    width = size * 0.22 * c.unit / c.width
    for i in range(4):
        top, wide = foot - size * (1 - i * 0.18), width * (0.4 + 0.25 * i)
        c.polygon([(u, top), (u + wide, top + size * 0.34), (u - wide, top + size * 0.34)], colour)


def _forest(c: Canvas) -> None:
    backdrop(c, sun=(0.5, 0.34), size=0.15)
    p = c.palette
    for layer in range(4):
        share = (layer + 1) / 4
        tone = mix(mix(p.low, p.mid, 0.5), p.dark, share)
        for u in c.rng.uniform(-0.02, 1.02, 16 - 3 * layer):
            if layer == 3 and abs(u - 0.5) < 0.22:
                continue  # a gap to look through
            _trunk(c, float(u), 0.012 + 0.03 * share**2, tone)
        c.haze(0.75, 0.2, mix(p.low, p.light, 0.3), 0.5 * (1 - share) + 0.1)
    c.ridge(0.9, 0.05, p.dark, mix(p.dark, p.mid, 0.2), bumps=6)
    for _ in range(30):
        u, v = c.rng.uniform(0.05, 0.95), c.rng.uniform(0.5, 0.95)
        c.glow_small(float(u), float(v), float(c.rng.uniform(0.004, 0.011)), p.light)


def _trunk(c: Canvas, u: float, width: float, tone: Colour) -> None:
    lean = float(c.rng.uniform(-0.04, 0.04))
    steps = np.linspace(0, 1, 8)
    sway = 0.012 * np.sin(steps * 5 + float(c.rng.uniform(0, TAU)))
    c.stroke(np.stack([u + lean * steps + sway, 1.02 - 1.1 * steps], 1), (width * 2.2, width), tone)
    for _ in range(4):
        v, side = float(c.rng.uniform(0.02, 0.5)), float(c.rng.choice([-1.0, 1.0]))
        start = (u + lean * (1 - v), v)
        tip = c.point(*start, float(c.rng.uniform(0.1, 0.25)), -0.6 if side > 0 else np.pi + 0.6)
        c.stroke([start, tip], (width * 0.8, 0.003), tone)


def _tree(c: Canvas) -> None:
    backdrop(c, sun=(0.5, 0.42), size=0.24)
    p = c.palette
    ranges(c, 0.78, 0.86, 2, 0.1)
    c.ridge(0.93, 0.06, p.dark, p.dark, bumps=3)
    _branch(c, 0.5, 0.92, -np.pi / 2, 0.23, 0.1)
    leaf = mix(p.mid, p.light, 0.15)
    for _ in range(420):
        angle, reach = c.rng.uniform(np.pi * 0.98, TAU * 1.01), 0.43 * float(np.sqrt(c.rng.uniform(0.12, 1)))
        u, v = c.point(0.5, 0.47, reach, float(angle))
        tone = mix(mix(p.dark, leaf, float(c.rng.uniform(0.2, 1))), p.light, float(c.rng.uniform(0, 0.3)))
        spots = [c.point(u, v, float(c.rng.uniform(0.008, 0.024)), k * TAU / 6) for k in range(6)]
        c.polygon(spots, tone)


def _branch(c: Canvas, u: float, v: float, angle: float, length: float, width: float) -> None:
    tip = c.point(u, v, length, angle)
    c.stroke([(u, v), tip], (width, width * 0.62), c.palette.dark)
    if length < 0.05:
        return
    for turn in (-0.5, 0.45, *((0.05,) if length > 0.15 else ())):
        swing = turn + float(c.rng.uniform(-0.15, 0.15))
        _branch(c, *tip, angle + swing, length * float(c.rng.uniform(0.66, 0.78)), width * 0.58)


def _castle(c: Canvas) -> None:
    backdrop(c, sun=(0.75, 0.24), size=0.09)
    p = c.palette
    ranges(c, 0.62, 0.82, 3, 0.16)
    c.haze(0.72, 0.12, p.low, 0.7)
    stone, shade = mix(p.mid, p.light, 0.3), mix(p.mid, p.dark, 0.65)
    c.polygon([(0.05, 1.0), (0.22, 0.74), (0.66, 0.72), (0.9, 1.0)], shade, p.dark)
    for u, top, wide in (
        (0.27, 0.46, 0.05),
        (0.6, 0.42, 0.055),
        (0.36, 0.3, 0.045),
        (0.51, 0.36, 0.04),
        (0.44, 0.16, 0.06),
    ):
        _tower(c, u, top, wide, stone, shade)
    c.polygon([(0.22, 0.8), (0.22, 0.6), (0.65, 0.6), (0.65, 0.8)], stone, shade)
    for u in np.arange(0.22, 0.65, 0.036):
        c.polygon([(u, 0.605), (u, 0.575), (u + 0.02, 0.575), (u + 0.02, 0.605)], stone)
    gate = [(0.435 + 0.05 * np.cos(t), 0.7 + 0.08 * np.sin(t)) for t in np.linspace(np.pi, TAU, 12)]
    c.polygon([*gate, (0.485, 0.8), (0.385, 0.8)], p.dark)
    c.ridge(0.9, 0.07, p.dark, mix(p.dark, p.mid, 0.25), bumps=5)


def _tower(c: Canvas, u: float, top: float, wide: float, stone: Colour, shade: Colour) -> None:
    c.polygon([(u - wide, 0.8), (u - wide, top), (u, top), (u, 0.8)], stone, mix(stone, shade, 0.6))
    c.polygon([(u, 0.8), (u, top), (u + wide, top), (u + wide, 0.8)], mix(stone, shade, 0.5), shade)
    roof = mix(c.palette.high, c.palette.dark, 0.25)
    c.polygon([(u - wide * 1.3, top), (u, top - wide * 2.6), (u, top)], mix(roof, c.palette.light, 0.25))
    c.polygon([(u, top), (u, top - wide * 2.6), (u + wide * 1.3, top)], roof)
    c.stroke([(u, top - wide * 2.5), (u, top - wide * 3.6)], (0.006, 0.004), shade)
    c.polygon([(u, top - wide * 3.6), (u + wide, top - wide * 3.3), (u, top - wide * 3.0)], c.palette.light)
    for v in (top + 0.07, top + 0.16):
        c.polygon([(u - 0.009, v), (u + 0.009, v), (u + 0.009, v + 0.045), (u - 0.009, v + 0.045)], rgb("#ffdf8a"))


def _desert(c: Canvas) -> None:
    side = float(c.rng.choice([-1.0, 1.0]))
    backdrop(c, sun=(0.5 - 0.2 * side, 0.3), size=float(c.rng.uniform(0.08, 0.16)))
    p = c.palette
    for away, v, size in ((0.16, 0.36, 0.34), (0.36, 0.46, 0.22), (-0.03, 0.5, 0.16)):
        u = 0.5 + side * away
        c.polygon([(u - size * 0.62, v + size), (u, v), (u + size * 0.12, v + size)], mix(p.mid, p.light, 0.45), p.mid)
        c.polygon([(u, v), (u + size * 0.62, v + size), (u + size * 0.12, v + size)], mix(p.mid, p.dark, 0.45), p.mid)
    for i, v in enumerate((0.7, 0.8, 0.92)):
        sand = mix(mix(p.low, p.mid, 0.35 + 0.2 * i), p.light, 0.15)
        c.ridge(v, 0.11, mix(sand, p.light, 0.3), mix(sand, p.dark, 0.35), bumps=1.6 + i * 0.5)
    for i in range(5):
        u, v = 0.5 - side * (0.2 - 0.07 * i), 0.83 + 0.012 * i
        c.stroke([(u, v), (u + 0.004, v - 0.07)], (0.022, 0.012), p.dark)
        c.disc(u + 0.005, v - 0.083, 0.013, p.dark)


def _volcano(c: Canvas) -> None:
    backdrop(c, sun=None)
    p = c.palette
    c.glow(0.5, 0.26, 0.4, rgb("#ff7a20"), 0.9)
    smoke = np.clip(c.noise(4, 4, 5) + 0.4 - np.abs(c.u - 0.5 + 0.3 * (0.3 - c.v)) * 3.4, 0, 1) * (c.v < 0.34)
    c.blend(np.asarray(smoke * 0.85, np.float32), mix(p.dark, p.mid, 0.35))
    ranges(c, 0.6, 0.72, 2, 0.1)
    flank = [
        (0.0, 0.98),
        (0.28, 0.6),
        (0.42, 0.28),
        (0.47, 0.31),
        (0.53, 0.305),
        (0.58, 0.28),
        (0.73, 0.62),
        (1.0, 0.98),
    ]
    c.polygon(flank, mix(p.dark, p.mid, 0.5), p.dark)
    for spread, bend in ((-0.16, 0.02), (0.02, 0.05), (0.2, -0.03)):
        steps = np.linspace(0, 1, 14)
        path = np.stack([0.5 + spread * steps**1.3 + bend * np.sin(9 * steps), 0.3 + 0.7 * steps], 1)
        for width, tone in ((0.06, "#a02408"), (0.035, "#ff6a10"), (0.014, "#fff0a0")):
            c.stroke(path, (width * 0.5, width), rgb(tone))
    for _ in range(70):
        u, v = c.point(0.5, 0.3, float(c.rng.gamma(2, 0.1)), float(c.rng.uniform(-2.6, -0.5)))
        c.glow_small(u, v, float(c.rng.uniform(0.003, 0.01)), rgb("#ffb040"))


def _islands(c: Canvas) -> None:
    backdrop(c, sun=(0.36, 0.36), size=0.12)
    p = c.palette
    c.sea(0.5, mix(p.dark, p.mid, 0.35), mix(p.mid, p.low, 0.4), 0.36)
    for u, v, size in ((0.78, 0.5, 0.3), (0.12, 0.54, 0.2), (0.6, 0.66, 0.22), (0.26, 0.82, 0.3)):
        shape = [
            (u + size * x, v - size * y)
            for x, y in ((-0.8, 0), (-0.45, 0.34), (-0.2, 0.3), (0.02, 0.62), (0.2, 0.36), (0.5, 0.24), (0.8, 0))
        ]
        rock = mix(p.mid, p.dark, float(v))
        c.polygon(shape, mix(rock, p.light, 0.25), rock)
        c.polygon([(x, 2 * v - 0.6 * (y - v) - v) for x, y in shape], mix(rock, p.dark, 0.5))
        for k in range(5):
            _palm(c, u + size * (-0.4 + 0.2 * k), v - size * 0.28, size * 0.32, p.dark)


def _palm(c: Canvas, u: float, v: float, size: float, tone: Colour) -> None:
    top = c.point(u, v, size, -1.4 + float(c.rng.uniform(-0.25, 0.25)))
    c.stroke([(u, v), top], (0.012, 0.006), tone)
    for angle in np.linspace(np.pi * 0.95, TAU * 1.02, 6):
        tip = c.point(*top, size * 0.5, float(angle))
        c.stroke(
            [top, ((top[0] + tip[0]) / 2, (top[1] + tip[1]) / 2 - 0.012), (tip[0], tip[1] + 0.02)], (0.012, 0.002), tone
        )


def _lighthouse(c: Canvas) -> None:
    p = c.palette
    c.sky(mix(p.high, p.dark, 0.4), p.low, 0.9)
    c.stars(60)
    lamp = (0.34, 0.2)
    distance, angle = c.polar(*lamp)
    for beam in (-0.16, 0.12 + np.pi):
        off = np.abs(np.angle(np.exp(1j * (angle - beam)))).astype(np.float32)
        c.blend(np.clip(1 - off / 0.16, 0, 1) * np.exp(-distance * 1.1) * np.float32(0.9), p.light)
    c.sea(0.72, mix(p.dark, p.mid, 0.5), p.mid, 0.34)
    c.polygon(
        [(0.0, 1.0), (0.0, 0.72), (0.2, 0.66), (0.48, 0.67), (0.62, 0.8), (0.7, 1.0)], mix(p.dark, p.mid, 0.45), p.dark
    )
    white, red = rgb("#f6efe2"), rgb("#b4382c")
    for k in range(6):
        a, b = 0.27 + 0.07 * k, 0.34 + 0.07 * k
        wide_a, wide_b = 0.05 + 0.006 * k, 0.056 + 0.006 * k
        tone = white if k % 2 else red
        c.polygon([(0.34 - wide_a, a), (0.34 + wide_a, a), (0.34 + wide_b, b), (0.34 - wide_b, b)], tone)
        c.polygon([(0.35, a), (0.34 + wide_a, a), (0.34 + wide_b, b), (0.35, b)], mix(tone, p.dark, 0.35))
    c.polygon([(0.3, 0.27), (0.3, 0.17), (0.38, 0.17), (0.38, 0.27)], rgb("#ffe9a0"))
    c.polygon([(0.28, 0.17), (0.34, 0.1), (0.4, 0.17)], red)
    c.polygon([(0.27, 0.285), (0.27, 0.265), (0.41, 0.265), (0.41, 0.285)], p.dark)
    c.glow(*lamp, 0.14, rgb("#ffe9a0"), 0.9)


def _storm(c: Canvas) -> None:
    p = c.palette
    c.sky(p.dark, mix(p.mid, p.low, 0.5), 0)
    cloud = np.clip(c.noise(5, 3, 6) + 0.7 - 1.6 * c.v, 0, 1)
    c.blend(cloud, mix(p.dark, p.high, 0.6))
    c.glow(0.56, 0.34, 0.32, p.light, 0.5)
    for start, length in ((0.56, 14), (0.3, 9), (0.82, 8)):
        _bolt(c, start, 0.12, length)
    ranges(c, 0.76, 0.94, 3, 0.14)
    c.haze(0.75, 0.08, p.low, 0.4)


def _bolt(c: Canvas, u: float, v: float, steps: int) -> None:
    path = [(u, v)]
    for _ in range(steps):
        u, v = u + float(c.rng.normal(0, 0.035)), v + 0.05
        path.append((u, v))
        c.glow_small(u, v, 0.05, c.palette.light * np.float32(0.25))
    c.stroke(path, (0.024, 0.01), c.palette.light)
    c.stroke(path, (0.01, 0.004), rgb("#ffffff"))
    if steps > 5:
        _bolt(c, *path[steps // 2], steps // 2)


def _bare_tree(c: Canvas) -> None:
    backdrop(c, sun=(0.36, 0.34), size=0.26)
    p = c.palette
    ranges(c, 0.82, 0.9, 2, 0.06)
    c.ridge(0.95, 0.08, p.dark, p.dark, bumps=3)
    _branch(c, 0.66, 0.98, -np.pi / 2 - 0.16, 0.27, 0.11)
    for stone in range(5):
        u = 0.08 + 0.105 * stone
        top = [(u + 0.028 * np.cos(a), 0.83 + 0.05 * np.sin(a)) for a in np.linspace(np.pi, TAU, 9)]
        c.polygon([*top, (u + 0.028, 0.96), (u - 0.028, 0.96)], mix(p.mid, p.dark, 0.35), p.dark)
    for _ in range(9):
        _bird(c, float(c.rng.uniform(0.05, 0.95)), float(c.rng.uniform(0.06, 0.5)), float(c.rng.uniform(0.03, 0.07)))


def _bird(c: Canvas, u: float, v: float, size: float) -> None:
    body = mix(c.palette.dark, rgb("#000000"), 0.4)
    for side in (-1, 1):
        c.polygon(
            [(u, v), (u + side * size * 0.5, v - size * 0.6), (u + side * size, v - size * 0.2), (u, v + size * 0.25)],
            body,
        )


PLACES: dict[Scene, Callable[[Canvas], None]] = {
    "bare_tree": _bare_tree,
    "castle": _castle,
    "desert": _desert,
    "forest": _forest,
    "islands": _islands,
    "lighthouse": _lighthouse,
    "peaks": _peaks,
    "storm": _storm,
    "tree": _tree,
    "volcano": _volcano,
}
