"""Write the seed corpus: small drawn pictures and made-up texts for the fuzzer to start from.

Only seeds that a person can check by reading are written here; the fuzzer's finds are added next to them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from engine.core.artifacts import EMBEDDER, FILES, FORMAT
from engine.ranking.features import FEATURES
from stress.fuzz import database_seeds, server_seeds
from stress.fuzz.targets.registry import CORPUS
from tests.support.hostile import draw_picture, encode, exif

SIDE = 40
"""Longer side of a seed picture, pixels: a little more than the accepted minimum."""


def write_seeds(folder: Path = CORPUS) -> None:
    """Write every seed to ``folder/TARGET/NAME``, replacing existing files."""
    for target, seeds in (
        ("image", dict(_pictures())),
        ("lookups", _numbered(LOOKUPS)),
        ("ids", _numbered(IDS)),
        ("collector", _numbered(LINES)),
        ("names", _numbered(NAMES)),
        ("addresses", _numbered(ADDRESSES)),
        ("manifest", _numbered(_manifests())),
        ("judge", _numbered(_judges())),
        ("faces", _numbered(FACES)),
        ("labels", _numbered(LABELS)),
        ("overlay", dict(database_seeds.overlays())),
        ("store", dict(database_seeds.stores())),
        ("settings", _numbered(SETTINGS)),
        ("bulk", dict(server_seeds.bulk_files())),
        ("cards", dict(server_seeds.altered_cards())),
        ("answers", dict(server_seeds.answers())),
        ("state", dict(database_seeds.states())),
        ("archive", dict(server_seeds.archives())),
    ):
        (folder / target).mkdir(parents=True, exist_ok=True)
        for name, data in seeds.items():
            (folder / target / name).write_bytes(data)


LOOKUPS = (
    "What does [[Fog]] do? [[Fog|LEA|194]] [[!Fog]] [[$Fog]] [[#Fog]]",
    "`[[not this]]` ``[[nor `this]]`` [[but this|m10]]\n> [[quoted]]\n>>> [[all\nof]] it",
    "[[]] [[ ]] [[|]] [[!]] [[a|b|c|d]] [[[[x]]]] ]][[ [[Lim-Dûl's Vault | ice |  107 ]]",
    "[[" * 20 + "]]" * 20,
)
IDS = (
    *("v1:wrong:AbCd_-09:3", "v1:settings::", "v1:which:key:", "v2:wrong:key:1", "v1:forget::"),
    *("v1:open:AAAAAAAAAAA_", "v1:page:AAAAAAAAAAA_:12:123456789012345678", "v1:pick:c:123456789012345678:1:0"),
    "AAAAAAAAAAA_|m10|146",
)
LINES = (
    *("R 0123\nMOM • EN", "123/269 R\nM15 • EN Ann Artist", "™ & © 1993-2003 Wizards of the Coast, Inc. 123/350"),
    *("Illus. Ann Artist\n© 1995 Wizards of the Coast", "Creature — Bird", "トークン", "O12/2b9 C", "004\nMHI•JP"),
)
NAMES = (
    *(
        "Lim-Dûl's Vault",
        "FIRE // ICE",
        "Æther Vial 2",
        "_____",
        "稲妻",
        "M10 146",
        "ß ﬁ ℌ ʼn Ǆ",
        "か\u3099",
        "Borrels gardn",
    ),
    "각 각",
)
ADDRESSES = (
    "https://cdn.discordapp.com/attachments/1/2/photo.jpg?ex=1&is=2&hm=3",
    "https://media.discordapp.net:443/a.png",
    "https://user:password@cdn.discordapp.com/",
    "http://[::1]/",
    "https://cdn.discordapp.com.xn--80ak6aa92e/%00",
    "//cdn.discordapp.com\\@127.0.0.1/",
)
FACES = (
    'name,face,set,collector_number,scryfall_id\nFog,,lea,194,\n"Fire // Ice",Ice,apc,128,0-1\n',
    'name,face,set,collector_number,scryfall_id\n"a\nb",\'c,d\r\n',
)
LABELS = (
    "file,cards_visible,names,sets,langs,tags,source\na.jpg,2,Fog|Fire // Ice,lea|,en,glare  fan,me\nb.png,0,,,,,\n",
    "\ufefffile,name,face,set\na.png,Fog,,LEA\n",
    'file,cards_visible,names\n"x,1,y\n',
)
SETTINGS = (
    "CARDGLASS_WORKERS=2\nCARDGLASS_HTTP=127.0.0.1:8080\n# note\nDISCORD_TOKEN='abc'\n\0\nCARDGLASS_LOG_LEVEL=debug",
    "CARDGLASS_CDN_HOSTS=a.example, b.example\n\0\nCARDGLASS_HTTP=[::1]:99\nCARDGLASS_MESSAGE_CONTENT=OFF",
    "DISCORD_TOKEN_FILE=nowhere\nCARDGLASS_KEEP_DAYS=9\nCARDGLASS_MAX_PHOTO_MB=8\nCARDGLASS_UNKNOWN=1",
)


def _numbered(texts: tuple[str, ...]) -> dict[str, bytes]:
    return {f"seed-{at}": text.encode() for at, text in enumerate(texts)}


def _pictures() -> Iterator[tuple[str, bytes]]:
    pixels = draw_picture(SIDE, 32)
    tiny = Image.fromarray(pixels)
    yield "upright.jpg", encode("JPEG", pixels, quality=40)
    yield "turned.jpg", encode("JPEG", pixels, quality=20, exif=exif(6), progressive=True)
    yield "cmyk.jpg", encode("JPEG", tiny.convert("CMYK"), quality=20)
    yield "grey.jpg", encode("JPEG", tiny.convert("L"), quality=20)
    yield "colours.png", encode("PNG", tiny.resize((32, 32)).quantize(8))
    yield "deep.png", encode("PNG", Image.fromarray(pixels[..., 0].astype(np.uint16) * 256))
    yield "clear.png", encode("PNG", tiny.convert("RGBA"), exif=exif(3))
    yield "bit.png", encode("PNG", tiny.convert("1"))
    yield "moving.gif", encode("GIF", tiny, save_all=True, append_images=[tiny.rotate(90)])
    yield "lossy.webp", encode("WEBP", pixels, quality=10, exif=exif(8))
    yield "lossless.webp", encode("WEBP", tiny.convert("RGBA"), lossless=True)
    yield "small.avif", encode("AVIF", pixels, quality=10)
    yield "small.heic", encode("HEIF", pixels)


def _manifests() -> tuple[str, ...]:
    hashed = hashlib.sha256(b"\n").hexdigest()
    files = {name: {"bytes": 1, "sha256": hashed} for name in FILES}
    whole = {"format": FORMAT, "index": {"embedder_sha256": hashed}, "files": files}
    files_only = {EMBEDDER: {"bytes": 1, "sha256": None}}
    partial = {"format": FORMAT, "files": files_only}, {"format": FORMAT, "files": []}
    return json.dumps(whole), *map(json.dumps, partial), "[[1]]"


def _judges() -> tuple[str, ...]:
    numbers = {"bias": -1.5, "identified_from": 0.9, "unsure_from": 0.2}
    whole = {"weights": dict.fromkeys(FEATURES, 0.5), **numbers, "fitted_on": {"cards": 1}}
    return json.dumps(whole), json.dumps({**whole, "weights": {"alike": -1}}), '{"weights": {}, "bias": NaN}'


if __name__ == "__main__":
    write_seeds()
