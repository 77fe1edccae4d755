"""What the demo cards show: nineteen scenes, each painted from a palette and a seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.values import Rgb
from training.demo_art import Canvas, Colour, Points, finished, mix, palette, rgb
from training.demo_names import Colour as ColourName
from training.demo_names import Scene

TAU = 2 * np.pi


def paint(scene: Scene, colour: ColourName, seed: int, width: int, height: int) -> Rgb:
    """Return a scene as uint8 (height, width, 3); the same arguments always give the same picture."""
    rng = np.random.default_rng(seed)
    canvas = Canvas(width, height, palette(colour, rng), rng)
    SCENES[scene](canvas)
    return finished(canvas)


def _backdrop(c: Canvas, *, sun: tuple[float, float] | None = (0.68, 0.3), size: float = 0.11) -> None:
    p = c.palette
    c.sky(p.high, p.low)
    if sun is not None:
        c.glow(*sun, 0.55, p.light, 0.35)
        c.glow(*sun, size * 1.7, p.light, 0.5)
        c.disc(*sun, size, mix(p.light, rgb("#ffffff"), 0.5))


def _ranges(c: Canvas, start: float, end: float, count: int, rough: float) -> None:
    """Lay mountain ranges one before the other, the nearer the darker."""
    p = c.palette
    for i in range(count):
        share = (i + 1) / count
        body = mix(mix(p.low, p.mid, share**0.7), p.dark, max(0.0, share * 1.5 - 0.7))
        c.ridge(start + (end - start) * i / max(count - 1, 1), rough, body, mix(body, p.low, 0.45), bumps=3 + i * 2)


def _peaks(c: Canvas) -> None:
    _backdrop(c, sun=(0.27, 0.26), size=0.08)
    p = c.palette
    for u, v, size in ((0.78, 0.22, 0.55), (0.45, 0.12, 0.75), (0.15, 0.36, 0.5)):
        _summit(c, u, v, size, mix(p.mid, p.low, 0.3))
    _ranges(c, 0.78, 0.95, 3, 0.09)
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
    _backdrop(c, sun=(0.5, 0.34), size=0.15)
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
    _backdrop(c, sun=(0.5, 0.42), size=0.24)
    p = c.palette
    _ranges(c, 0.78, 0.86, 2, 0.1)
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
    _backdrop(c, sun=(0.75, 0.24), size=0.09)
    p = c.palette
    _ranges(c, 0.62, 0.82, 3, 0.16)
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
    _backdrop(c, sun=(0.3, 0.3), size=0.14)
    p = c.palette
    for u, v, size in ((0.66, 0.36, 0.34), (0.86, 0.46, 0.22), (0.47, 0.5, 0.16)):
        c.polygon([(u - size * 0.62, v + size), (u, v), (u + size * 0.12, v + size)], mix(p.mid, p.light, 0.45), p.mid)
        c.polygon([(u, v), (u + size * 0.62, v + size), (u + size * 0.12, v + size)], mix(p.mid, p.dark, 0.45), p.mid)
    for i, v in enumerate((0.7, 0.8, 0.92)):
        sand = mix(mix(p.low, p.mid, 0.35 + 0.2 * i), p.light, 0.15)
        c.ridge(v, 0.11, mix(sand, p.light, 0.3), mix(sand, p.dark, 0.35), bumps=1.6 + i * 0.5)
    for i in range(5):
        u, v = 0.3 + 0.07 * i, 0.83 + 0.012 * i
        c.stroke([(u, v), (u + 0.004, v - 0.07)], (0.022, 0.012), p.dark)
        c.disc(u + 0.005, v - 0.083, 0.013, p.dark)


def _volcano(c: Canvas) -> None:
    _backdrop(c, sun=None)
    p = c.palette
    c.glow(0.5, 0.26, 0.4, rgb("#ff7a20"), 0.9)
    smoke = np.clip(c.noise(4, 4, 5) + 0.4 - np.abs(c.u - 0.5 + 0.3 * (0.3 - c.v)) * 3.4, 0, 1) * (c.v < 0.34)
    c.blend(np.asarray(smoke * 0.85, np.float32), mix(p.dark, p.mid, 0.35))
    _ranges(c, 0.6, 0.72, 2, 0.1)
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


def _dragon(c: Canvas) -> None:
    _backdrop(c, sun=(0.52, 0.42), size=0.33)
    p = c.palette
    _ranges(c, 0.86, 0.97, 3, 0.12)
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
    _backdrop(c, sun=(0.24, 0.22), size=0.1)
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


def _islands(c: Canvas) -> None:
    _backdrop(c, sun=(0.36, 0.36), size=0.12)
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


def _ship(c: Canvas) -> None:
    _backdrop(c, sun=(0.62, 0.32), size=0.17)
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


def _planet(c: Canvas) -> None:
    p = c.palette
    c.sky(p.dark, mix(p.dark, p.high, 0.7), 0.2)
    cloud = np.clip(c.noise(2, 3, 6), 0, 1)
    c.blend(cloud * np.float32(0.6), p.mid)
    c.stars(160)
    c.glow(0.5, 0.5, 0.5, p.low, 0.35)
    _ring(c, behind=True)
    c.ball(0.5, 0.5, 0.27, mix(p.low, p.light, 0.5), mix(p.dark, p.mid, 0.4))
    _ring(c, behind=False)
    for u, v, size in ((0.16, 0.26, 0.06), (0.85, 0.7, 0.085), (0.8, 0.18, 0.035)):
        c.ball(u, v, size, p.light, p.dark)


def _ring(c: Canvas, *, behind: bool) -> None:
    span = np.linspace(np.pi, TAU, 60) if behind else np.linspace(0, np.pi, 60)
    tilt = -0.28
    for radius, width, share in ((0.4, 0.02, 0.3), (0.44, 0.03, 0.7), (0.49, 0.012, 0.5)):
        x, y = radius * np.cos(span), 0.24 * radius * np.sin(span)
        turned = np.stack([x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)], 1)
        path = 0.5 + turned * c.unit / np.array([c.width, c.height])
        c.stroke(path, (width, width), mix(c.palette.mid, c.palette.light, share))


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


def _comet(c: Canvas) -> None:
    p = c.palette
    c.sky(p.dark, mix(p.high, p.low, 0.5), 0.3)
    c.stars(140)
    head = (0.3, 0.52)
    distance, angle = c.polar(*head)
    off = np.abs(np.angle(np.exp(1j * (angle + 0.75)))).astype(np.float32)
    streaks = 0.75 + 0.25 * np.sin(60 * (angle + 0.75) + c.noise(3, 3, 2))
    for spread, length, tone in ((0.34, 0.6, p.mid), (0.2, 0.5, p.low), (0.09, 0.4, p.light)):
        tail = np.exp(-((off / np.float32(spread)) ** 2) - distance / np.float32(length)) * streaks
        c.blend(np.clip(tail * 1.2, 0, 1), tone)
    c.glow(*head, 0.2, p.light, 0.8)
    c.disc(*head, 0.055, mix(p.light, rgb("#ffffff"), 0.7))
    _ranges(c, 0.82, 0.94, 3, 0.13)


def _storm(c: Canvas) -> None:
    p = c.palette
    c.sky(p.dark, mix(p.mid, p.low, 0.5), 0)
    cloud = np.clip(c.noise(5, 3, 6) + 0.7 - 1.6 * c.v, 0, 1)
    c.blend(cloud, mix(p.dark, p.high, 0.6))
    c.glow(0.56, 0.34, 0.32, p.light, 0.5)
    for start, length in ((0.56, 14), (0.3, 9), (0.82, 8)):
        _bolt(c, start, 0.12, length)
    _ranges(c, 0.76, 0.94, 3, 0.14)
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


def _crystals(c: Canvas) -> None:
    p = c.palette
    c.sky(p.dark, mix(p.dark, p.mid, 0.8), 0.2)
    c.glow(0.5, 0.6, 0.5, p.low, 0.6)
    for _ in range(4):
        c.ridge(float(c.rng.uniform(0.86, 0.98)), 0.12, mix(p.dark, p.mid, 0.3), p.dark, bumps=7)
    shafts = [(0.5, 0.96, -1.57, 0.86, 0.2)]
    for k in range(9):
        lean = (k - 4) * 0.2
        shafts.insert(0, (0.5 + lean * 0.38, 0.99, -1.57 + lean * 0.9, float(c.rng.uniform(0.4, 0.7)), 0.13))
    for u, v, angle, length, width in shafts:
        _crystal(c, (u, v), angle, length, width)
    for _ in range(16):
        c.glow_small(float(c.rng.random()), float(c.rng.uniform(0.05, 0.8)), float(c.rng.uniform(0.006, 0.02)), p.light)


def _crystal(c: Canvas, root: tuple[float, float], angle: float, length: float, width: float) -> None:
    p, side = c.palette, angle + np.pi / 2
    shoulder = c.point(*root, length * 0.76, angle)
    tip = c.point(*root, length, angle)
    edges = [(c.point(*root, width * k, side), c.point(*shoulder, width * k, side)) for k in (-0.5, -0.14, 0.22, 0.5)]
    tones = (mix(p.mid, p.light, 0.75), mix(p.mid, p.low, 0.6), mix(p.mid, p.dark, 0.45))
    for (low_a, high_a), (low_b, high_b), tone in zip(edges, edges[1:], tones, strict=False):
        c.polygon([low_a, high_a, high_b, low_b], tone, mix(tone, p.dark, 0.55))
        c.polygon([high_a, tip, high_b], mix(tone, p.light, 0.35), tone)


def _gears(c: Canvas) -> None:
    p = c.palette
    c.sky(mix(p.dark, p.mid, 0.3), p.dark, 0.3)
    c.glow(0.6, 0.4, 0.5, p.low, 0.35)
    wheels = (
        (0.84, 0.84, 0.32, 20),
        (0.1, 0.16, 0.3, 18),
        (0.9, 0.16, 0.2, 14),
        (0.08, 0.88, 0.22, 14),
        (0.46, 0.52, 0.36, 24),
    )
    for u, v, radius, teeth in wheels:
        _gear(c, u, v, radius, teeth)
    c.glow(0.46, 0.52, 0.07, rgb("#8ff0ff"), 0.9)


def _gear(c: Canvas, u: float, v: float, radius: float, teeth: int) -> None:
    p = c.palette
    metal = mix(p.mid, p.low, float(c.rng.uniform(0.1, 0.7)))
    turn = float(c.rng.uniform(0, TAU))
    for shift, top, bottom in ((0.014, p.dark, p.dark), (0.0, mix(metal, p.light, 0.45), mix(metal, p.dark, 0.45))):
        rim = [
            c.point(u + shift, v + shift, radius * (1.0 if k % 4 < 2 else 0.87), turn + k * TAU / (4 * teeth))
            for k in range(4 * teeth)
        ]
        c.polygon(rim, top, bottom)
    c.disc(u, v, radius * 0.72, mix(p.dark, metal, 0.25))
    for k in range(6):
        c.stroke([(u, v), c.point(u, v, radius * 0.76, turn + k * TAU / 6)], (radius * 0.3, radius * 0.18), metal)
    c.disc(u, v, radius * 0.3, mix(metal, p.light, 0.3))
    c.disc(u, v, radius * 0.13, p.dark)


def _lantern(c: Canvas) -> None:
    p = c.palette
    c.sky(mix(p.high, p.dark, 0.72), mix(p.low, p.dark, 0.4), 0.3)
    c.stars(50)
    _ranges(c, 0.8, 0.95, 2, 0.1)
    flame = rgb("#ffd070")
    places = [
        (0.5, 0.4, 0.3),
        *((float(c.rng.uniform(0.05, 0.95)), float(c.rng.uniform(0.08, 0.75)), 0.07) for _ in range(9)),
    ]
    for u, v, size in sorted(places, key=lambda place: place[2]):
        c.glow(u, v, size * 1.5, flame, 0.5)
        _paper_lantern(c, u, v, size, flame)


def _paper_lantern(c: Canvas, u: float, v: float, size: float, flame: Colour) -> None:
    frame = mix(c.palette.dark, rgb("#3a2410"), 0.5)
    t = np.linspace(0, TAU, 40)
    ratio = c.unit / np.array([c.width, c.height])
    for wide, tone in ((0.46, mix(flame, rgb("#c05a20"), 0.55)), (0.3, flame), (0.14, rgb("#fff6d8"))):
        c.polygon(np.stack([u + wide * size * ratio[0] * np.cos(t), v + 0.5 * size * ratio[1] * np.sin(t)], 1), tone)
    for wide in (0.46, 0.22, -0.22, -0.46):
        half = np.linspace(-np.pi / 2, np.pi / 2, 20)
        rib = np.stack([u + wide * size * ratio[0] * np.cos(half), v + 0.5 * size * ratio[1] * np.sin(half)], 1)
        c.stroke(rib, (0.02 * size, 0.02 * size), frame)
    for sign in (-1, 1):
        y = v + sign * 0.49 * size * ratio[1]
        c.stroke([(u - 0.16 * size * ratio[0], y), (u + 0.16 * size * ratio[0], y)], (0.09 * size, 0.09 * size), frame)
    c.stroke([(u, v - 0.5 * size * ratio[1]), (u, v - 0.8 * size * ratio[1])], (0.02 * size, 0.02 * size), frame)


def _moth(c: Canvas) -> None:
    p = c.palette
    _backdrop(c, sun=(0.5, 0.4), size=0.36)
    c.stars(40)
    _ranges(c, 0.9, 1.0, 2, 0.1)
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


SCENES: dict[Scene, Callable[[Canvas], None]] = {
    "castle": _castle,
    "comet": _comet,
    "crystals": _crystals,
    "desert": _desert,
    "dragon": _dragon,
    "forest": _forest,
    "gears": _gears,
    "islands": _islands,
    "lantern": _lantern,
    "lighthouse": _lighthouse,
    "moth": _moth,
    "peaks": _peaks,
    "planet": _planet,
    "portal": _portal,
    "serpent": _serpent,
    "ship": _ship,
    "storm": _storm,
    "tree": _tree,
    "volcano": _volcano,
}
