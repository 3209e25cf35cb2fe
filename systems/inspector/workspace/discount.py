def discount(price, percent):
    """What is to be paid after a discount."""
    return price - price * percent / 100
