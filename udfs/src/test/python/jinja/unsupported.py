"""What is left out of the fuzzing: what jinja2 prints and Turnmill refuses on purpose, and slips of jinja2's compiler."""

import re

import jinja2
from jinja2 import nodes

PARSER = jinja2.Environment(extensions=["jinja2.ext.loopcontrols"])

# Python's own objects have no text that would mean anything in a prompt; complex numbers neither.
OBJECTS = re.compile(r"range\(|(<|&lt;)(class|built-in|generator|bound|function|method|jinja2|reversed|dict_|list_|LoopContext)|[0-9.]j\)| at 0x")

# The C library of one machine prints a field that it does not know as it stands; for Turnmill that is an error, and so
# are fields that nobody shows a model.
DATES = re.compile(r"strftime_now\((['\"])((?:(?!\1).)*)")
FIELDS = re.compile(r"%(-?[%YymdejHIMSfpaAbhBDFTR])?")

# What no published chat template uses, so that Turnmill does not have it: an error that names it.
FILTERS = set("""attr batch center filesizeformat forceescape format groupby max min pprint random slice striptags sum truncate
    urlencode urlize wordcount wordwrap xmlattr""".split())
TESTS = set("callable escaped filter lower sameas test upper".split())
FUNCTIONS = {"cycler", "joiner", "lipsum"}
METHODS = set("""casefold center encode expandtabs format format_map fromkeys isalnum isascii isdecimal isidentifier islower
    isnumeric isprintable istitle isupper ljust maketrans partition rindex rjust rpartition swapcase translate
    zfill""".split())
ONE_ARGUMENT = {"find", "rfind", "index", "count", "startswith", "endswith"}
BY_NAME = {"map": FILTERS, "select": TESTS, "reject": TESTS, "selectattr": TESTS, "rejectattr": TESTS}
OCTAL = re.compile(r"\\[0-7N]")
WITH = re.compile(r"\{%[-+]?\s*with\b")


def unsupported(template, text):
    if OBJECTS.search(text) or WITH.search(template) or OCTAL.search(template) or any(not all(FIELDS.findall(date)) for _, date in DATES.findall(template)):
        return True
    source = re.sub(r"\bgeneration\b", "with", template).replace("endgeneration", "endwith")
    try:
        tree = PARSER.parse(source)
    except jinja2.TemplateSyntaxError:
        return False
    return any(check(tree) for check in (uses_what_is_left_out, slices_a_constant, has_constant_dict_with_bad_key))


def constant(node):
    """(True, value) of a constant expression."""
    try:
        return True, node.as_const()
    except Exception:
        return False, None


def uses_what_is_left_out(tree):
    named = [(node, node.args[0 if node.name in ("map", "select", "reject") else 1 :][:1]) for node in tree.find_all(nodes.Filter) if node.name in BY_NAME]
    return (
        next(tree.find_all(nodes.Pow), None) is not None
        or any(node.name in FILTERS or has_left_out_arguments(node) for node in tree.find_all(nodes.Filter))
        or any(node.name in TESTS for node in tree.find_all(nodes.Test))
        or any(node.name in FUNCTIONS for node in tree.find_all(nodes.Name))
        or any(node.attr in METHODS for node in tree.find_all(nodes.Getattr))
        or any(str(constant(one)[1]) in BY_NAME[node.name] for node, names in named for one in names)
        or prints_a_method(tree)
        or any(has_left_out_positions(node) for node in tree.find_all(nodes.Call))
        or any(loop.recursive for loop in tree.find_all(nodes.For))
    )


def has_left_out_arguments(node):
    """The base of int, the method of round."""
    return node.name in ("int", "round") and (len(node.args) + len(node.kwargs) > 1 or any(one.key in ("base", "method") for one in node.kwargs))


def prints_a_method(tree):
    """What Python prints for a method that is not called holds an address, whose length may be all that is left of it."""
    called = {id(node.node) for node in tree.find_all(nodes.Call)}
    return any(node.attr in ("upper", "get", "items", "keys") and id(node) not in called for node in tree.find_all(nodes.Getattr))


def has_left_out_positions(node):
    """Where a search begins and ends, and rsplit by white space."""
    method = node.node.attr if isinstance(node.node, nodes.Getattr) else ""
    if method == "rsplit":
        return not node.args or constant(node.args[0])[1] is None or not isinstance(constant(node.args[0])[1], str)
    return method in ONE_ARGUMENT and len(node.args) > 1


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
