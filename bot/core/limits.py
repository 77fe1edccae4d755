"""What Discord allows in a message, as far as the bot comes near it."""

MAX_LETTERS = 4000
"""Of all text displays of a message together."""
MAX_COMPONENTS = 40
"""Of a message, those within others and beside sections included."""
MAX_ALT = 1024
"""Letters of a picture's description."""
MAX_LABEL, MAX_PLACEHOLDER, MAX_TITLE = 80, 150, 45
"""Letters of a button's label, of a menu's placeholder, and of a form's title."""
MAX_OPTIONS, MAX_OPTION = 25, 100
"""Options of a menu or an autocompletion, and letters of an option's label, value and description."""
