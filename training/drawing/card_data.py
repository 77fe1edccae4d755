"""The demo set as data: invented cards with names of their own, unlike any real card's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Colour = Literal["dawn", "tide", "dusk", "ember", "grove", "brass"]
FrameStyle = Literal["bar", "plain", "full", "relic"]
Scene = Literal[
    "astrolabe", "bare_tree", "castle", "comet", "crystals", "desert", "dragon", "ferry", "forest", "gears", "islands",
    "lantern", "lighthouse", "moth", "peaks", "planet", "portal", "prism", "serpent", "ship", "storm", "tree",
    "volcano",
]  # fmt: skip

DEMO_SET = "dmo"


@dataclass(frozen=True, slots=True)
class DemoCard:
    """An invented card.

    Attributes:
        name: the title, 8 to 24 letters.
        text: rules text; lines that begin with ``~`` are printed in italics.
        colour: colour of frame and pips.
        frame_style: ``bar`` (black border, title in a bar), ``plain`` (white border, title on the frame),
            ``full`` (picture to the border, transparent panels), ``relic`` (metal frame, low and wide picture).
        scene: subject of the picture.
        cost: number of coloured pips, 1..3.
        generic: number in the grey pip; 0 for no such pip.
        rarity: as on the collector line.
        power_toughness: ``"3/4"`` or empty.
        seed: of the frame's material and the paper's grain.
    """

    name: str
    type_line: str
    text: str
    colour: Colour
    frame_style: FrameStyle
    scene: Scene
    collector_number: str
    power_toughness: str = ""
    cost: int = 1
    generic: int = 0
    rarity: Literal["C", "U", "R", "M"] = "C"
    seed: int = 0


def demo_cards() -> tuple[DemoCard, ...]:
    """Return all cards of the demo set by collector number."""
    return tuple(
        DemoCard(
            name, type_line, text, colour, style, scene, str(number), power_toughness, cost=1 + number % 3,
            generic=(number * 3) % 5, rarity=("C", "U", "R", "M")[(number * 5 + len(name)) % 4], seed=1000 + number,
        )
        for number, (name, colour, style, scene, type_line, power_toughness, text) in enumerate(_CARDS, start=1)
    )  # fmt: skip


_CARDS: tuple[tuple[str, Colour, FrameStyle, Scene, str, str, str], ...] = (
    ("Bellrook Sentry", "dawn", "bar", "castle", "Creature — Human Watcher", "2/4",
     "Vigil (Guarding does not tire this creature.)\nWhen the watch changes, look at your top two cards."),
    ("Oath of Pale Lanterns", "dawn", "full", "lantern", "Enchantment", "",
     "Whenever a creature you guard would fall, put out a lantern instead.\n~Every light is a promise kept."),
    ("Highmeadow Almoner", "dawn", "plain", "peaks", "Creature — Human Cleric", "1/3",
     "Tire: gain 2 life for each other cleric you lead.\n~She counts blessings, never coins."),
    ("Sunlit Concordat", "dawn", "bar", "desert", "Sorcery", "",
     "Each player chooses up to two creatures. Return the rest to their owners' hands at dusk."),
    ("Gullhaven Beaconkeep", "dawn", "full", "lighthouse", "Legendary Place", "",
     "Tire: reveal the top card of your deck. If it is a sailor, draw it.\n~The fog fears one old man."),
    ("Brinewake Oldmaw", "tide", "bar", "serpent", "Creature — Sea Serpent", "7/7",
     "Undertow (When it strikes, the foe discards a card.)\n~The tide has teeth."),
    ("Chartwright's Regret", "tide", "plain", "islands", "Instant", "",
     "Undo target spell. Its caster may draw a card for each island the map left out."),
    ("Quillon Glassmage", "tide", "full", "portal", "Creature — Elf Mage", "2/2",
     "Whenever you cast your second spell each turn, look through the glass at one hidden card."),
    ("Windworn Corsair Sloop", "tide", "bar", "ship", "Artifact — Vessel", "3/5",
     "Crewed by two\nWhenever it lands a blow, draw a card, then stow a card."),
    ("Orrery of Lost Hours", "tide", "relic", "planet", "Artifact", "",
     "Wind up four hours on it when it arrives. Spend an hour: untire any one thing you own."),
    ("Velmora Moth Priestess", "dusk", "bar", "moth", "Creature — Moth Cleric", "2/3",
     "Flutter\nWhen another creature falls, each foe loses 1 life and you gain 1 life."),
    ("Tithe to the Hollow Moon", "dusk", "full", "forest", "Sorcery", "",
     "Lose 3 life. Draw three cards.\n~Payment is due at moonrise, and the moon is always rising."),
    ("Gravewater Ferryman", "dusk", "plain", "ferry", "Creature — Spirit", "3/2",
     "When the ferry arrives, return a fallen creature worth 2 or less to your hand."),
    ("Umbral Geode Hoarder", "dusk", "bar", "crystals", "Creature — Troll Rogue", "4/3",
     "Sneak\nSmash a relic: this creature grows +2/+1 until dusk.\n~It keeps the dark inside the stones."),
    ("Nightjar Conspiracy", "dusk", "plain", "bare_tree", "Enchantment", "",
     "At dawn, each foe either loses 2 life or shows you their hand.\n~Nine birds, one secret."),
    ("Emberwing Matriarch", "ember", "bar", "dragon", "Legendary Creature — Dragon", "6/5",
     "Flying, haste\nWhen she arrives, deal 2 damage to each foe and each thing that foe guards."),
    ("Slagfoot Anvilbreaker", "ember", "plain", "volcano", "Creature — Giant Smith", "5/4",
     "Whenever it strikes, you may break a relic worth 3 or less.\n~Measure once. Hit twice."),
    ("Comet-Caller's Wager", "ember", "full", "comet", "Instant", "",
     "Flip a coin. On heads deal 6 damage to any target; on tails deal 3 damage to you."),
    ("Thunderquarry Ravager", "ember", "bar", "storm", "Creature — Ogre", "4/4",
     "Reckless\nEach storm you cast this turn makes it cost 1 less."),
    ("Saltpan Dunestriders", "ember", "plain", "desert", "Creature — Nomad Band", "3/3",
     "Haste while you control a desert.\n~They drink at mirages and are refreshed."),
    ("Mosswarden Elderback", "grove", "bar", "tree", "Creature — Treefolk", "8/8",
     "Trample\nIt can't be chosen by spells worth 2 or less.\n~Birds nest there before it wakes."),
    ("Fernhollow Pathfinder", "grove", "plain", "forest", "Creature — Elf Scout", "2/1",
     "When it arrives, seek out a basic land and set it down tired."),
    ("Verdigris Hydraling", "grove", "full", "serpent", "Creature — Hydra", "0/0",
     "It arrives with a +1/+1 token for each leaf spent on it. When a token would be lost, add two."),
    ("Antlercrown Procession", "grove", "bar", "peaks", "Sorcery", "",
     "Your creatures get +2/+2 and trample until dusk.\n~First the hoofbeats, then the spring."),
    ("Clockwork Tollkeeper", "brass", "relic", "gears", "Artifact Creature — Automaton", "1/4",
     "Spells your foes cast cost 1 more unless they say the password."),
    ("Prism of Nine Winters", "brass", "relic", "prism", "Artifact", "",
     "Tire: add one pip of any colour. It freezes until your second next dawn."),
    ("Stormglass Astrolabe", "brass", "relic", "astrolabe", "Artifact", "",
     "Pay 2 and tire: look at the top three cards of your deck and put them back in any order."),
    ("Drumlin Gatehouse", "brass", "relic", "castle", "Artifact — Building", "0/6",
     "Bulwark\nCreatures without flying strike here first.\n~Toll: one goat, or one good story."),
)  # fmt: skip
"""Name, colour, frame style, scene, type line, power/toughness and text; each frame style has several colours."""
