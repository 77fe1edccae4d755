"""Names the Magic cards in a photo: models, index, catalogue and judge, without torch and without Discord.

>>> from engine import Engine
>>> engine = Engine.open()
>>> result = engine.identify("photo.jpg", top_k=5, max_cards=40)
>>> [card.name for card in result.cards]
"""
