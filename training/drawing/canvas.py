"""A canvas for the demo cards' pictures: noise, skies, ridges, silhouettes and a painter's finish.

Places on a canvas are fractions: u of its width from the left, v of its height from the top.
Lengths are fractions of its shorter side, so that a scene fits wide and tall windows alike.
Colours are float32 (3,), RGB in 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.core.values import Rgb
from training.drawing.card_data import Colour as ColourName

Plane = NDArray[np.float32]
"""float32 (H, W)."""
Colour = NDArray[np.float32]
Points = NDArray[np.float64]
"""float64 (N, 2): (u, v) fractions of the canvas."""

TAU = 2 * np.pi
SUBPIXEL_BITS = 4
"""Binary places of the coordinates handed to cv2's anti-aliased fills."""
DAB_RADIUS = 3
"""Half the width, in pixels, of the flat dabs the finish leaves, at :data:`FINISH_HEIGHT`."""
FINISH_HEIGHT = 420


def rgb(code: str) -> Colour:
    """Return ``"#rrggbb"`` as a colour."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour ``share`` (0..1) of the way from ``a`` to ``b``."""
    return a + (b - a) * np.float32(share)


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """The five colours of a picture, from the top of its sky to its deepest shadow."""

    high: Colour
    low: Colour
    light: Colour
    mid: Colour
    dark: Colour


PALETTES: dict[ColourName, tuple[tuple[str, str, str, str, str], ...]] = {
    "dawn": (
        ("#5f8fc4", "#fbe3b0", "#fff6d2", "#c9a466", "#5a4630"),
        ("#e8b06a", "#fff0c8", "#ffffff", "#b98f5c", "#4c3a36"),
        ("#8fb7d9", "#f7d9c4", "#fffbe8", "#9aa37a", "#43503c"),
    ),
    "tide": (
        ("#0d2a5c", "#5fb3d4", "#d9fbff", "#2a6f9e", "#0a1c38"),
        ("#123a4a", "#7fd6c6", "#f0fff0", "#1f7f86", "#062530"),
        ("#2b2f78", "#9fb4ee", "#ffffff", "#4a62b8", "#141640"),
    ),
    "dusk": (
        ("#140c24", "#6a3f7c", "#e6c8ff", "#3d2a54", "#0b0712"),
        ("#1a1a22", "#5d6b62", "#d6ffcf", "#36443c", "#0a0d0c"),
        ("#240a1c", "#8d3a52", "#ffd0c0", "#4c1e36", "#120610"),
    ),
    "ember": (
        ("#3a0f12", "#f08a2c", "#fff0a0", "#a8361c", "#200a0a"),
        ("#5b1a2a", "#ffb24a", "#fff7d0", "#c2502a", "#2a0d12"),
        ("#2a1a30", "#d9542c", "#ffd98a", "#7f2b26", "#140a12"),
    ),
    "grove": (
        ("#2f6b4f", "#d9e88a", "#fbffd6", "#4c8a3c", "#10281a"),
        ("#1c4a52", "#9fd4a0", "#f0ffe0", "#2f7a52", "#0a2420"),
        ("#6b7a2f", "#f0dc8c", "#fffbe0", "#7f8a34", "#26300f"),
    ),
    "brass": (
        ("#3c4650", "#c9b48a", "#fff4d6", "#8a6f4c", "#1e1c1c"),
        ("#2a3a44", "#a9c0c4", "#f6ffff", "#66777c", "#131a1e"),
        ("#4a3426", "#e0b878", "#fff6dc", "#a87c44", "#1f140e"),
    ),
}


def palette(colour: ColourName, rng: np.random.Generator) -> Palette:
    """Return one of the palettes of ``colour``, a little varied in brightness."""
    chosen = PALETTES[colour][int(rng.integers(len(PALETTES[colour])))]
    return Palette(*(np.clip(rgb(code) * np.float32(rng.uniform(0.93, 1.07)), 0, 1) for code in chosen))


def noise(rng: np.random.Generator, shape: tuple[int, int], cells: tuple[float, float], octaves: int = 4) -> Plane:
    """Return smooth random values in about -1..1, finer octaves half as strong each.

    Args:
        rng: source of randomness.
        shape: (height, width) wanted, pixels.
        cells: number of bumps of the coarsest octave down and across.
        octaves: number of octaves.
    """
    height, width = shape
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        rows, columns = (max(2, round(count * 2**octave)) for count in cells)
        grid = rng.uniform(-1, 1, (min(rows, height), min(columns, width))).astype(np.float32)
        total += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(0.5**octave)
    return total


class Canvas:
    """A picture being painted.

    Attributes:
        pixels: float32 (H, W, 3), 0..1.
        rng: the picture's own randomness.
        palette: its colours.
    """

    def __init__(self, width: int, height: int, colours: Palette, rng: np.random.Generator) -> None:
        self.pixels = np.zeros((height, width, 3), np.float32)
        self.rng = rng
        self.palette = colours
        self.width, self.height, self.unit = width, height, min(width, height)
        self._x = (np.arange(width, dtype=np.float32) + 0.5)[np.newaxis, :]
        self._y = (np.arange(height, dtype=np.float32) + 0.5)[:, np.newaxis]

    @property
    def v(self) -> Plane:
        """float32 (H, 1): each row's v."""
        return np.asarray(self._y / self.height, np.float32)

    @property
    def u(self) -> Plane:
        """float32 (1, W): each column's u."""
        return np.asarray(self._x / self.width, np.float32)

    def polar(self, u: float, v: float) -> tuple[Plane, Plane]:
        """Return each pixel's distance from a place (in lengths) and its direction (radians)."""
        dx, dy = (self._x - u * self.width) / self.unit, (self._y - v * self.height) / self.unit
        return np.hypot(dx, dy), np.arctan2(dy, dx)

    def noise(self, down: float, across: float, octaves: int = 4) -> Plane:
        """Return :func:`noise` of the canvas's size."""
        return noise(self.rng, (self.height, self.width), (down, across), octaves)

    def point(self, u: float, v: float, length: float, angle: float) -> tuple[float, float]:
        """Return the place ``length`` away from (u, v) in direction ``angle`` (radians, clockwise from the right)."""
        return (
            u + length * self.unit / self.width * float(np.cos(angle)),
            v + length * self.unit / self.height * float(np.sin(angle)),
        )

    def blend(self, share: Plane, colour: Colour) -> None:
        """Paint ``colour`` over everything, ``share`` (0..1, broadcast to H, W) of it."""
        self.pixels += (colour - self.pixels) * share[..., np.newaxis]

    def sky(self, high: Colour, low: Colour, clouds: float = 0.6) -> None:
        """Fill the canvas from ``high`` at the top to ``low``, with drifts of cloud of a strength 0..1."""
        self.pixels[:] = high + (low - high) * (self.v ** np.float32(0.8))[..., np.newaxis]
        drift = np.clip(self.noise(5, 2.5, 5), 0, 1) * np.float32(clouds) * np.ones_like(self.v)
        self.blend(drift * (1 - self.v), mix(low, self.palette.light, 0.4))

    def glow(self, u: float, v: float, length: float, colour: Colour, strength: float = 1.0) -> None:
        """Add light around a place, falling to about a third at ``length``."""
        distance, _ = self.polar(u, v)
        self.pixels += np.exp(-((distance / np.float32(length)) ** 2))[..., np.newaxis] * colour * np.float32(strength)

    def disc(self, u: float, v: float, radius: float, colour: Colour) -> None:
        """Paint a disc with a soft rim of a pixel."""
        distance, _ = self.polar(u, v)
        self.blend(np.clip((np.float32(radius) - distance) * self.unit + 0.5, 0, 1), colour)

    def ball(self, u: float, v: float, radius: float, light: Colour, dark: Colour) -> None:
        """Paint a sphere lit from the upper left, banded like a gas planet."""
        distance, angle = self.polar(u, v)
        inside = np.clip((np.float32(radius) - distance) * self.unit + 0.5, 0, 1)
        facing = np.clip(1 - distance / radius * 0.5 + np.cos(angle + 2.4) * distance / radius * 0.6, 0, 1.2) / 1.2
        bands = 0.12 * np.sin((self._y / self.unit * 34 / radius * 0.4) + self.noise(3, 3, 3))
        surface = dark + (light - dark) * np.clip(facing + bands, 0, 1)[..., np.newaxis]
        self.pixels += (surface - self.pixels) * inside[..., np.newaxis]

    def polygon(self, points: Points | list[tuple[float, float]], top: Colour, bottom: Colour | None = None) -> None:
        """Fill a polygon, shaded from ``top`` at its highest to ``bottom`` at its lowest point."""
        corners = np.asarray(points, np.float64) * (self.width, self.height)
        left, above = np.maximum(np.floor(corners.min(0)).astype(int) - 1, 0)
        right, below = np.minimum(np.ceil(corners.max(0)).astype(int) + 2, (self.width, self.height))
        if right <= left or below <= above:
            return
        cover = np.zeros((below - above, right - left), np.uint8)
        fixed = np.round((corners - (left, above)) * 2**SUBPIXEL_BITS).astype(np.int32)
        cv2.fillPoly(cover, [fixed], 255, lineType=cv2.LINE_AA, shift=SUBPIXEL_BITS)
        shade = np.linspace(0, 1, below - above, dtype=np.float32)[:, np.newaxis, np.newaxis]
        paint = top + ((bottom if bottom is not None else top) - top) * shade
        part = self.pixels[above:below, left:right]
        part += (paint - part) * (cover.astype(np.float32) / 255)[..., np.newaxis]

    def stroke(self, points: Points | list[tuple[float, float]], widths: tuple[float, float], colour: Colour) -> None:
        """Draw a curve through ``points`` that tapers from one width (a length) to another."""
        path = np.asarray(points, np.float64) * (self.width, self.height)
        along = np.gradient(path, axis=0)
        normal = np.stack([-along[:, 1], along[:, 0]], 1) / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-9)
        half = np.linspace(*widths, len(path))[:, np.newaxis] * self.unit / 2
        outline = np.concatenate([path + normal * half, (path - normal * half)[::-1]])
        self.polygon(outline / (self.width, self.height), colour)

    def ridge(self, v: float, rough: float, top: Colour, bottom: Colour, *, bumps: float = 4) -> Plane:
        """Fill everything below a rugged line around ``v`` and return the line, float32 (W,), as v of each column."""
        line = v - np.float32(rough) * np.abs(noise(self.rng, (2, self.width), (2, bumps), 6)[0])
        depth = (self.v - line[np.newaxis, :]) * self.height
        shade = np.clip(depth / (self.height * max(1 - v, 0.15)), 0, 1)
        paint = top + (bottom - top) * shade[..., np.newaxis]
        self.pixels += (paint - self.pixels) * np.clip(depth + 0.5, 0, 1)[..., np.newaxis]
        return np.asarray(line, np.float32)

    def stars(self, count: int) -> None:
        """Scatter stars over the upper part."""
        for u, v, size in zip(
            self.rng.random(count), self.rng.random(count) ** 1.3, self.rng.random(count) ** 4, strict=True
        ):
            self.glow_small(float(u), float(v), 0.003 + 0.006 * float(size), self.palette.light)

    def glow_small(self, u: float, v: float, length: float, colour: Colour) -> None:
        """Add a small light, touching only the pixels around it."""
        reach = int(length * self.unit * 3) + 2
        x, y = int(u * self.width), int(v * self.height)
        rows, columns = slice(max(y - reach, 0), y + reach + 1), slice(max(x - reach, 0), x + reach + 1)
        dx, dy = self._x[:, columns] - u * self.width, self._y[rows] - v * self.height
        fall = np.exp(-(dx**2 + dy**2) / np.float32(length * self.unit) ** 2)
        self.pixels[rows, columns] += fall[..., np.newaxis] * colour

    def sea(self, v: float, near: Colour, far: Colour, sun_u: float = 0.5) -> None:
        """Fill everything below ``v`` with water that mirrors a light standing above ``sun_u``."""
        below = np.clip((self.v - v) * self.height, 0, 1)
        depth = np.clip((self.v - v) / (1 - v), 0, 1)
        ripple = np.sin(38 * depth**0.5 + 3 * self.noise(14, 3, 3)) * (0.3 + 0.7 * depth)
        water = far + (near - far) * depth[..., np.newaxis] + (ripple * 0.06)[..., np.newaxis]
        glitter = np.exp(-(((self.u - sun_u) / (0.06 + 0.16 * depth)) ** 2)) * np.clip(ripple + 0.25, 0, 1)
        water += glitter[..., np.newaxis] * self.palette.light * np.float32(0.7)
        self.pixels += (water - self.pixels) * below[..., np.newaxis]

    def haze(self, v: float, depth: float, colour: Colour, strength: float = 0.6) -> None:
        """Lay a band of mist around ``v``, ``depth`` of the height thick."""
        band = np.exp(-(((self.v - v) / np.float32(depth)) ** 2)) * np.clip(0.7 + 0.6 * self.noise(3, 4, 3), 0, 1)
        self.blend(band * np.float32(strength), colour)


def backdrop(c: Canvas, *, sun: tuple[float, float] | None = (0.68, 0.3), size: float = 0.11) -> None:
    """Paint a sky, and a sun or moon of a radius ``size`` standing at ``sun``."""
    p = c.palette
    c.sky(p.high, p.low)
    if sun is not None:
        c.glow(*sun, 0.55, p.light, 0.35)
        c.glow(*sun, size * 1.7, p.light, 0.5)
        c.disc(*sun, size, mix(p.light, rgb("#ffffff"), 0.5))


def ranges(c: Canvas, start: float, end: float, count: int, rough: float) -> None:
    """Lay mountain ranges one before the other, the nearer the darker."""
    p = c.palette
    for i in range(count):
        share = (i + 1) / count
        body = mix(mix(p.low, p.mid, share**0.7), p.dark, max(0.0, share * 1.5 - 0.7))
        c.ridge(start + (end - start) * i / max(count - 1, 1), rough, body, mix(body, p.low, 0.45), bumps=3 + i * 2)


def finished(canvas: Canvas) -> Rgb:
    """Return the canvas as uint8 (H, W, 3), gone over with a brush: dabs, grain and darker edges."""
    tint = canvas.rng.normal(0, 0.035, (canvas.height, canvas.width, 3)).astype(np.float32)
    rough = np.clip(canvas.pixels, 0, 1) + cv2.GaussianBlur(tint, (0, 0), 1.2) * 2.0
    painted = 0.7 * _dabs(rough, max(1, round(DAB_RADIUS * canvas.unit / FINISH_HEIGHT))) + 0.3 * rough
    weave = 1 + 0.03 * canvas.rng.standard_normal((canvas.height, canvas.width, 1)).astype(np.float32)
    edge = 1 - 0.22 * np.clip(np.hypot(canvas.u - 0.5, canvas.v - 0.5) * 1.4, 0, 1) ** 3
    return np.asarray(np.clip(painted * weave * edge[..., np.newaxis] * 255, 0, 255), np.uint8)


def _dabs(pixels: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Return Kuwahara's filter: each pixel takes the mean of the calmest of the four squares that meet in it."""
    size = (radius + 1, radius + 1)
    grey = pixels.mean(2)
    mean, mean_grey, mean_square = (cv2.blur(plane, size) for plane in (pixels, grey, grey * grey))
    spread = mean_square - mean_grey * mean_grey
    best, result = np.full(grey.shape, np.inf, np.float32), pixels.copy()
    half = radius // 2 + radius % 2
    for dy, dx in ((-half, -half), (-half, half), (half, -half), (half, half)):
        shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
        flags = {"flags": cv2.INTER_NEAREST, "borderMode": cv2.BORDER_REPLICATE}
        moved = cv2.warpAffine(spread, shift, grey.shape[::-1], **flags)
        calmer = moved < best
        best[calmer] = moved[calmer]
        result[calmer] = cv2.warpAffine(mean, shift, grey.shape[::-1], **flags)[calmer]
    return result
