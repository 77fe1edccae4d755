"""Find cards in a photo: quads with exact corners, the right way up."""
