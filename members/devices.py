"""A device in words its owner knows: "Chrome on an Android phone". Pure."""

BROWSERS = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
MACHINES = (
    ("iphone", "an iPhone"),
    ("ipad", "an iPad"),
    ("android", "an Android phone or tablet"),
    ("windows", "a Windows computer"),
    ("cros", "a Chromebook"),
    ("macintosh", "a Mac"),
    ("linux", "a Linux computer"),
)


def device_of(user_agent: str) -> str:
    """What a browser says of itself, shortened. It helps a memory; it proves nothing."""
    said = user_agent.lower()
    browser = next((name for sign, name in BROWSERS if sign in said), "")
    machine = next((name for sign, name in MACHINES if sign in said), "")
    if browser and machine:
        return f"{browser} on {machine}"
    return browser or machine.capitalize() or "A phone or computer"
