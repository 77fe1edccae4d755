"""Discord's limits on messages, as far as the bot gets near them."""

MAX_LETTERS = 4000
"""Characters in all text displays of a message together."""
MAX_COMPONENTS = 40
"""Components in a message, including nested ones and accessories."""
MAX_ALT = 1024
"""Characters in an image's description."""
MAX_LABEL, MAX_PLACEHOLDER, MAX_TITLE = 80, 150, 45
"""Characters in a button's label, a menu's placeholder and a form's title."""
MAX_OPTIONS, MAX_OPTION = 25, 100
"""Options in a menu or an autocompletion, and characters in an option's label, value or description."""
