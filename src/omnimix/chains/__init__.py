"""Campaign chains: what links earn together, and what that means for each of them."""
