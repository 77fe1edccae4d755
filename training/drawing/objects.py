"""Things the demo cards show: in the sky, in the mine, in the workshop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.drawing.canvas import TAU, Canvas, Colour, mix, ranges, rgb
from training.drawing.card_data import Scene


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
    ranges(c, 0.82, 0.94, 3, 0.13)


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
    ranges(c, 0.8, 0.95, 2, 0.1)
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


def _prism(c: Canvas) -> None:
    p = c.palette
    c.sky(p.dark, mix(p.dark, p.mid, 0.45), 0.2)
    c.glow(0.5, 0.52, 0.45, p.mid, 0.5)
    c.stroke([(0.3, -0.02), (0.47, 0.5)], (0.05, 0.04), rgb("#ffffff"))
    for k, hue in enumerate(("#e8443c", "#f28a2e", "#f6d83c", "#58b84c", "#3c8ce0", "#7a4cc8")):
        u = 0.58 + 0.07 * k
        c.polygon([(0.52, 0.5), (u, 1.02), (u + 0.07, 1.02)], rgb(hue))
    top, left, right = (c.point(0.5, 0.54, 0.42, -np.pi / 2 + k * TAU / 3) for k in (0, 2, 1))
    inner = (0.53, 0.56)
    for corners, share in (((top, left, inner), 0.55), ((left, right, inner), 0.2), ((right, top, inner), 0.38)):
        tone = mix(p.mid, p.light, share)
        c.polygon(list(corners), mix(tone, p.light, 0.5), mix(tone, p.dark, 0.35))
    for start, end in ((top, left), (left, right), (right, top), (top, inner), (left, inner), (right, inner)):
        c.stroke([start, end], (0.008, 0.008), p.light)
    _frost(c)


def _frost(c: Canvas) -> None:
    """Scatter six-armed flakes."""
    for _ in range(14):
        u, v, size = float(c.rng.random()), float(c.rng.random()), float(c.rng.uniform(0.015, 0.045))
        for k in range(6):
            c.stroke([(u, v), c.point(u, v, size, k * TAU / 6)], (0.007, 0.003), c.palette.light)


def _astrolabe(c: Canvas) -> None:
    p = c.palette
    c.sky(mix(p.dark, p.high, 0.5), mix(p.dark, p.mid, 0.5), 0.5)
    c.stars(70)
    c.glow(0.5, 0.5, 0.45, p.low, 0.5)
    gold, shade = mix(rgb("#d8a848"), p.light, 0.15), mix(rgb("#6a4414"), p.dark, 0.3)
    _hoop(c, (0.46, 0.46), 0.0, 0.05, (gold, shade))
    for k in range(36):
        a = k * TAU / 36
        ends = [c.point(0.5, 0.5, r, a) for r in (0.44, 0.475 if k % 3 else 0.41)]
        c.stroke(ends, (0.008, 0.008), shade)
    for radii, tilt in (((0.4, 0.15), 0.5), ((0.4, 0.12), -0.7), ((0.34, 0.26), 1.3)):
        _hoop(c, radii, tilt, 0.026, (mix(gold, p.light, 0.25), shade))
    quarter = np.pi / 2
    places = ((0.36, -1.0), (0.03, quarter - 1.0), (0.36, 2 * quarter - 1.0), (0.03, 3 * quarter - 1.0))
    needle = [c.point(0.5, 0.5, reach, angle) for reach, angle in places]
    c.polygon(needle, rgb("#c23a2c"), rgb("#f4efe0"))
    c.ball(0.5, 0.5, 0.075, mix(p.low, p.light, 0.6), p.dark)


def _hoop(c: Canvas, radii: tuple[float, float], tilt: float, width: float, tones: tuple[Colour, Colour]) -> None:
    """Paint a metal ring seen askew, its shaded rim under its bright face."""
    t = np.linspace(0, TAU, 90)
    x, y = radii[0] * np.cos(t), radii[1] * np.sin(t)
    turned = np.stack([x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)], 1)
    path = 0.5 + turned * c.unit / np.array([c.width, c.height])
    c.stroke(path, (width * 1.35, width * 1.35), tones[1])
    c.stroke(path, (width * 0.8, width * 0.8), tones[0])


OBJECTS: dict[Scene, Callable[[Canvas], None]] = {
    "astrolabe": _astrolabe,
    "comet": _comet,
    "crystals": _crystals,
    "gears": _gears,
    "lantern": _lantern,
    "planet": _planet,
    "prism": _prism,
}
