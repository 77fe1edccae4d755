"""The Discord bot: photos in, one reply out. Imports of the engine only what ``engine`` exports."""
