"""What is left out of the fuzzing: what jinja2 prints and Turnmill refuses on purpose, and slips of jinja2's compiler."""

import re

import jinja2
from jinja2 import nodes

PARSER = jinja2.Environment(extensions=["jinja2.ext.loopcontrols"])

# Python's own objects have no text that would mean anything in a prompt; complex numbers neither.
OBJECTS = re.compile(r"range\(|(<|&lt;)(class|built-in|generator|bound|function|method|jinja2|reversed|dict_|list_|LoopContext)|[0-9.]j\)| at 0x")

# The C library of one machine prints a field that it does not know as it stands; for Turnmill it is an error.
DATES = re.compile(r"strftime_now\((['\"])((?:(?!\1).)*)")
FIELDS = re.compile(r"%(-?[%ntZzYyCmdeHkIlMSfjuwUWpPaAbhBDxFTXRcr])?")


def unsupported(template, text):
    if OBJECTS.search(text) or any(not all(FIELDS.findall(date)) for _, date in DATES.findall(template)):
        return True
    source = re.sub(r"\bgeneration\b", "with", template).replace("endgeneration", "endwith")
    try:
        tree = PARSER.parse(source)
    except jinja2.TemplateSyntaxError:
        return False
    return any(check(tree) for check in (slices_a_constant, has_constant_dict_with_bad_key, raises_a_negative_constant))


def constant(node):
    """(True, value) of a constant expression."""
    try:
        return True, node.as_const()
    except Exception:
        return False, None


def slices_a_constant(tree):
    """A slice of a constant that has none is folded to nothing, but it is an error for a variable."""
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.arg, nodes.Slice):
            (is_constant, value), (_, bounds) = constant(item.node), constant(item.arg)
            if is_constant and (not isinstance(value, (str, list, tuple)) or (bounds and bounds.step == 0)):
                return True
    return False


def has_constant_dict_with_bad_key(tree):
    """A list as a key is an error of the compiler, or at run time, depending on what stands around."""
    for literal in tree.find_all(nodes.Dict):
        try:
            literal.as_const()
        except nodes.Impossible:
            pass
        except Exception:
            return True
    return False


def raises_a_negative_constant(tree):
    """(-1) ** x is compiled to -1 ** x where x is not a constant."""
    for power in tree.find_all(nodes.Pow):
        is_constant, value = constant(power.left)
        if is_constant and isinstance(value, (int, float)) and (value < 0 or str(value)[0] == "-"):
            return True
    return False
