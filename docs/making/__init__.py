"""What makes the documentation site: pictures, formulas, navigation, and the strict build of them."""
