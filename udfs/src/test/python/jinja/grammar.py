"""Random expressions and templates of the language that Turnmill's interpreter knows."""

VARIABLES = {
    "i": 7, "j": -3, "zero": 0, "big": 12345678901234567890, "f": 2.5, "g": -0.125, "tiny": 1e-7, "huge": 1.5e300,
    "s": "Hello World", "t": "  padded\ttext \n", "u": "naïve 北京 😀 ß", "e": "", "n": "42", "m": "a,b,,c", "h": "<b>\"x\" & 'y'</b>",
    "lines": "one\ntwo\r\n\n  three", "curly": "{{ 7*7 }}{% x %}",
    "yes": True, "no": False, "nil": None,
    "l": [3, 1, 2], "ls": ["b", "A", "c", "a"], "le": [], "lm": [1, "x", None, 2.5, True, [1, 2], {"k": 1}],
    "d": {"a": 1, "b": [1, 2], "items": "own", "_p": 5}, "de": {}, "dn": {"x": {"y": {"z": "deep"}}, "k l": None},
    "rows": [{"name": "Bo", "age": 30, "tag": "x"}, {"name": "al", "age": 25, "tag": "y"}, {"name": "Cy", "age": 30}, {"name": "di", "age": 4.5, "tag": "X"}],
    "msgs": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": {"q": "é"}}}]}],
}
STRINGS = ["s", "t", "u", "e", "n", "m", "h", "lines", "curly", "d['items']", "rows[0].name", "dn.x.y.z", "msgs[0].content"]
LITERALS = ["'a'", "''", "'x y'", "\"it's\"", "'\\n'", "', '", "'\\u4e2d'", "'%s|%s'", "'A' 'b'", "'abcabc'", "'-1.5e3'", "'0x1F'", "'{}-{}'", "'\\x41\\q'"]
INTS = ["i", "j", "zero", "0", "1", "2", "-1", "3", "10", "l[0]", "rows[0].age", "1_000", "big"]
FLOATS = ["f", "g", "1.5", "0.1", "1e3", "tiny", "huge", "2.0", "1e16", "123456.789", "-0.0"]
LISTS = ["l", "ls", "le", "lm", "rows", "msgs", "[1, 2, 3]", "['a', 'b']", "(1, 2)", "(1,)", "()", "range(4)|list", "d.b", "[[1, 'a'], [2, 'b']]", "[yes, no, nil]"]
DICTS = ["d", "de", "dn", "rows[0]", "{'a': 1, 'b': 'x'}", "{1: 2, none: 3, true: 4}", "dict(a=1, b=[])", "{}"]
METHODS0 = ["upper", "lower", "title", "capitalize", "strip", "lstrip", "rstrip", "split", "splitlines", "isdigit", "isalpha", "isspace"]
FILTERS0 = ["upper", "lower", "title", "capitalize", "trim", "length", "first", "last", "list", "reverse", "string", "int", "float", "abs", "sort", "tojson", "escape", "safe", "e", "count", "default", "d", "join", "unique", "items", "dictsort", "round", "indent"]
TESTS0 = ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping", "iterable", "sequence", "odd", "even"]


class Grammar:
    def __init__(self, random):
        self.r = random

    def one(self, *options):
        return self.r.choice(options)

    def chance(self, p):
        return self.r.random() < p

    # expressions of a kind

    def any(self, d):
        return self.one(self.string, self.integer, self.number, self.list, self.dict, self.truth, self.string, self.misc)(d)

    def misc(self, d):
        return self.one("none", "nil", "missing", "missing.x", "d.nope", "d['_p']", "l[9]", "d.__class__", "s.__len__", "namespace(x=1).x", "range(3) is sequence", "true", "no", "l.append", "d.pop", "s._x", "nil.a", "i.b", "d._p", "yes", "ls.index('A')", "rows[3].tag", "lm[1:2]")

    def kind(self, d, f):
        """Now and then, something of another kind."""
        return self.any(d) if self.chance(0.04) else f(d)

    def string(self, d):
        if d <= 0:
            return self.one(*STRINGS, *LITERALS)
        c, s = d - 1, lambda: self.kind(d - 1, self.string)
        return self.one(
            lambda: f"{s()} ~ {self.any(c)}",
            lambda: f"({s()} + {s()})",
            lambda: f"({s()}) * {self.one('0', '1', '3', 'i', '-1')}",
            lambda: f"({s()}).{self.r.choice(METHODS0)}()",
            lambda: f"({s()}).{self.one('strip', 'lstrip', 'rstrip')}({s()})",
            lambda: f"({s()}).replace({s()}, {s()}{self.one('', ', 1', ', -1', ', 0')})",
            lambda: f"{s()}|replace({s()}, {self.any(0)}{self.one('', ', 1', ', count=2')})",
            lambda: f"({s()})[{self.slice(c)}]",
            lambda: f"({s()})[{self.integer(c)}]",
            lambda: f"({s()}).join({self.kind(c, self.strings)})",
            lambda: f"{self.kind(c, self.list)}|join({self.one('', s())})",
            lambda: f"{self.kind(c, self.list)}|join({s()}, attribute='name')",
            lambda: f"{self.any(c)}|string",
            lambda: f"{self.any(c)}|tojson{self.json_options()}",
            lambda: f"{s()}|{self.one('upper', 'lower', 'title', 'capitalize', 'trim', 'escape', 'safe', 'e')}",
            lambda: f"{s()}|indent({self.one('', '2', 'width=3, first=true', '2, true, true', repr('> '), 'blank=true')})",
            lambda: f"({s()} if {self.truth(c)} else {s()})",
            lambda: f"({s()} if {self.truth(c)})",
            lambda: f"{self.any(c)}|default({s()}{self.one('', ', true', ', boolean=true')})",
            lambda: f"({s()}).{self.one('removeprefix', 'removesuffix')}({s()})",
            lambda: f"{self.list(c)}|{self.one('first', 'last')}",
            lambda: f"loop_{self.one('a', 'b')}",
            lambda: f"{s()}|trim({s()})",
            lambda: self.string(0),
            lambda: self.string(0),
        )()

    def strings(self, d):
        return self.one("ls", "['x', 'y']", "s", "m.split(',')", "lines.splitlines()", "d", "d.keys()", "ls|map('upper')", "h|list", "ls|sort", "rows|map(attribute='name')")

    def json_options(self):
        return self.one("", "", "", "(indent=2)", "(indent=0)", "(ensure_ascii=true)", "(separators=(',', ':'))", "(sort_keys=true)", "(indent=4, sort_keys=true)", "(true)", "(indent='\\t')")

    def integer(self, d):
        if d <= 0:
            return self.one(*INTS)
        c, n = d - 1, lambda: self.kind(d - 1, self.integer)
        return self.one(
            lambda: f"({n()} {self.one('+', '-', '*', '//', '%')} {n()})",
            lambda: f"{n()} {self.one('+', '-', '*', '//', '%')} {n()}",
            lambda: f"-{n()}", lambda: f"{self.any(c)}|length", lambda: f"{self.string(c)}|int",
            lambda: f"{self.string(c)}|int({self.one('5', 'default=none', '0')})",
            lambda: f"({self.string(c)}).{self.one('find', 'rfind', 'count', 'index')}({self.string(c)})",
            lambda: f"{self.number(c)}|int", lambda: f"({n()})|abs", lambda: f"({self.list(c)}).{self.one('count', 'index')}({self.any(0)})",
            lambda: self.integer(0),
        )()

    def number(self, d):
        if d <= 0:
            return self.one(*FLOATS, *INTS)
        c, n = d - 1, lambda: self.kind(d - 1, self.number)
        return self.one(
            lambda: f"({n()} {self.one('+', '-', '*', '/', '//', '%')} {n()})", lambda: f"{n()} / {n()}",
            lambda: f"({n()})|round{self.one('', '(1)', '(2)', '(-1)', '(precision=3)')}",
            lambda: f"{self.string(c)}|float", lambda: f"{self.any(c)}|float(1.5)", lambda: f"-({n()})", lambda: f"+{n()}", lambda: f"{n()}|abs", lambda: self.number(0),
            lambda: f"({n()}) * {self.one('1.1', '0.1', '1e5', '3.3')}",
        )()

    def truth(self, d):
        if d <= 0:
            return self.one("yes", "no", "true", "false", "True", "i > 3", "e", "le", "nil is none", "missing is defined", "d.a == 1", "'b' in d", "loop_a is defined")
        c = d - 1
        return self.one(
            lambda: f"{self.any(c)} {self.one('==', '!=')} {self.any(c)}", lambda: f"{self.number(c)} {self.one('<', '<=', '>', '>=', '==', '!=')} {self.number(c)}",
            lambda: f"{self.string(c)} {self.one('<', '<=', '>', '>=', '==', '!=')} {self.string(c)}",
            lambda: f"{self.integer(c)} < {self.integer(c)} <= {self.integer(c)}", lambda: f"{self.any(c)} {self.one('in', 'not in')} {self.list(c)}",
            lambda: f"{self.string(c)} {self.one('in', 'not in')} {self.one(self.string(c), self.dict(c))}", lambda: f"{self.any(c)} is {self.one('', 'not ')}{self.r.choice(TESTS0)}",
            lambda: f"{self.integer(c)} is {self.one('divisibleby', 'eq', 'gt', 'lt', 'ge', 'le', 'ne', 'equalto')} {self.one('(2)', '3', '(i)')}",
            lambda: f"{self.any(c)} is in {self.one('l', 'ls', 's', 'd')}",
            lambda: f"not {self.any(c)}", lambda: f"({self.any(c)} {self.one('and', 'or')} {self.any(c)})", lambda: f"{self.truth(c)} {self.one('and', 'or')} not {self.truth(c)}",
            lambda: f"({self.string(c)}).{self.one('startswith', 'endswith')}({self.one(self.string(c), '(' + self.string(0) + ', ' + repr('a') + ')')})",
            lambda: f"{self.list(c)} {self.one('<', '==', '!=', '>=')} {self.list(c)}",
        )()

    def slice(self, d):
        b = lambda: self.one("", "", "0", "1", "2", "-1", "-2", "i", "100", "none", self.integer(0))
        return self.one(lambda: f"{b()}:{b()}", lambda: f"{b()}:{b()}:{self.one('', '1', '2', '-1', '-2', 'j', '0')}", lambda: "::-1", lambda: ":")()

    def list(self, d):
        if d <= 0:
            return self.one(*LISTS)
        c, x = d - 1, lambda: self.kind(d - 1, self.list)
        return self.one(
            lambda: f"[{self.any(c)}, {self.any(c)}]", lambda: f"({self.any(c)}, {self.any(c)})", lambda: f"({x()} + {x()})", lambda: f"({x()}) * {self.one('0', '2')}",
            lambda: f"({x()})[{self.slice(c)}]|list", lambda: f"({self.string(c)}).split({self.one('', self.string(c), repr(','), repr(' ') + ', 1', 'none, 1', 'maxsplit=1', 'sep=' + repr('a'))})",
            lambda: f"({self.string(c)}).rsplit({self.one(repr(' '), repr(','), repr(' ') + ', 1', repr('a') + ', 1')})", lambda: f"({self.string(c)}).splitlines({self.one('', 'true')})",
            lambda: f"{x()}|sort{self.one('', '(reverse=true)', '(case_sensitive=true)', '(attribute=' + repr('age') + ')', '(true)', '(attribute=' + repr('age,name') + ')')}",
            lambda: f"rows|sort(attribute='{self.one('age', 'name', 'age,name', 'tag')}'{self.one('', ', reverse=true', ', case_sensitive=true')})",
            lambda: f"{x()}|{self.one('list', 'reverse|list', 'unique|list')}",
            lambda: f"{x()}|map('{self.one('upper', 'string', 'length', 'int', 'tojson', 'first', 'abs', 'default', 'trim')}')|list",
            lambda: f"{self.one('rows', x())}|map(attribute='{self.one('name', 'tag', 'age', 'x.y', '0')}'{self.one('', ', default=' + repr('?'))})|list",
            lambda: f"{x()}|{self.one('select', 'reject')}{self.one('', '(' + repr(self.r.choice(TESTS0)) + ')', '(' + repr('gt') + ', 1)', '(' + repr('in') + ', [1, 2])')}|list",
            lambda: f"rows|{self.one('selectattr', 'rejectattr')}({self.one(repr('tag'), repr('age') + ', ' + repr('gt') + ', 26', repr('tag') + ', ' + repr('defined'), repr('name') + ', ' + repr('equalto') + ', ' + repr('Bo'), repr('name') + ', ' + repr('in') + ', ls')})|map(attribute='name')|list",
            lambda: f"range({self.one('3', '1, 5', '0, 10, 3', '5, 0, -2', 'i')})|list", lambda: f"({self.dict(c)}){self.one('.items()', '.keys()', '.values()', '|items', '|dictsort')}|list",
            lambda: f"({self.dict(c)})|dictsort({self.one('', 'true', 'by=' + repr('value'), 'false, ' + repr('key') + ', true', 'reverse=true')})",
            lambda: f"{self.string(c)}|list", lambda: f"{self.dict(c)}|list", lambda: self.list(0),
        )()

    def dict(self, d):
        if d <= 0:
            return self.one(*DICTS)
        c = d - 1
        return self.one(lambda: "{" + f"{self.string(c)}: {self.any(c)}, 'k': {self.any(c)}" + "}", lambda: f"dict({self.dict(c)}, z={self.any(c)})", lambda: "{" + f"{self.any(c)}: 1" + "}", lambda: self.dict(0), lambda: f"({self.dict(c)}).copy()", lambda: f"dict({self.one('[[1, 2]]', 'd.items()', self.list(0))})")()

    def lookup(self, d):
        return self.one(
            lambda: f"({self.any(d)}).{self.one('a', 'name', 'items', 'x', 'get', 'role', 'upper', '0', 'keys')}", lambda: f"({self.any(d)})[{self.any(d)}]", lambda: f"({self.dict(d)}).get({self.any(d)}{self.one('', ', ' + self.any(0))})",
            lambda: f"({self.any(d)})[{self.slice(d)}]")()

    def expression(self, d):
        return self.lookup(d - 1) if self.chance(0.1) else self.any(d)

    # statements

    def text(self):
        return self.one("x", " ", "\n", "  \n", "a b\n", "\t", "<|im_start|>", "ok ", "\n\n", "}", "{", "%", "é")

    def open(self, tag):
        return self.one("{%", "{%", "{%-", "{%+", "{%- ") + " " + tag + self.one(" %}", " %}", " -%}", "%}", " +%}")

    def print(self, d):
        return self.one("{{", "{{", "{{-", "{{+") + " " + self.expression(d) + self.one(" }}", " }}", " -}}", "}}")

    def block(self, d, loop=False):
        return "".join(self.statement(d, loop) for _ in range(self.r.randint(1, 3)))

    def statement(self, d, loop=False):
        if d <= 0:
            return self.one(self.text, lambda: self.print(1), lambda: self.print(0), self.text)()
        c = d - 1
        jump = [lambda: self.open("if " + self.truth(1)) + self.open(self.one("break", "continue")) + self.open("endif")] if loop else []
        return self.one(
            self.text, lambda: self.print(2), lambda: self.print(1),
            lambda: self.open(f"set {self.one('a', 'b', 'i', 's')} = {self.expression(1)}"),
            lambda: self.open("set a, b = " + self.one("1, 2", "l[:2]", "(i, s)", "l", "d")),
            lambda: self.open("set ns = namespace(n=0, s='')") + self.block(c, loop) + self.open(f"set ns.{self.one('n', 's', 'q')} = {self.one('ns.n + 1', 'ns.s ~ ' + repr('x'), self.any(1))}") + "{{ ns.n }}{{ ns.s }}",
            lambda: self.open(f"set {self.one('a', 's')}{self.one('', '', ' | upper', ' | trim | length')}") + self.block(c) + self.open("endset") + "{{ a }}",
            lambda: self.open("if " + self.truth(1)) + self.block(c, loop) + self.open("endif"),
            lambda: self.open("if " + self.any(1)) + self.block(c, loop) + self.open("elif " + self.truth(1)) + self.block(c, loop) + self.open("else") + self.block(c, loop) + self.open("endif"),
            lambda: self.loop(c), lambda: self.loop(c), lambda: self.loop(c),
            lambda: self.macro(c),
            lambda: self.open("filter " + self.one("upper", "trim", "replace('a', 'b') | lower", "indent(2)", "length")) + self.block(c, loop) + self.open("endfilter"),
            lambda: self.open("generation") + self.block(c) + self.open("endgeneration"),
            lambda: "{#" + self.one("", "-", "+") + " note {{ x }} " + self.one("", "-", "+") + "#}" + self.text(),
            lambda: self.open("raw") + "{{ a }}{% if %}" + self.text() + self.open("endraw"),
            lambda: self.open("recursive_note = 1") if self.chance(0.05) else self.text(),
            *jump,
        )()

    def loop(self, d):
        head, after = self.one(
            (f"for x in {self.kind(1, self.list)}", "{{ x }}"), (f"for x in {self.kind(1, self.list)} if {self.one('x', 'x is string', 'x != 2', self.truth(1))}", "{{ x }}"),
            ("for k, v in " + self.one("d.items()", "dn|items", "d|dictsort", "[[1, 2], [3, 4]]", "rows", "lm"), "{{ k }}={{ v }};"),
            (f"for c in {self.string(0)}", "{{ c }}"), ("for x in rows", "{{ x.name }}"), ("for (a, b), c in [((1, 2), 3)]", "{{ a }}{{ b }}{{ c }}"))
        info = self.one("", "", "{{ loop.index }}", "{{ loop.last }}", "{{ loop.first }},{{ loop.length }}", "{{ loop.revindex }}", "{{ loop.previtem }}|{{ loop.nextitem }}", "{{ loop.cycle('p', 'q') }}", "{{ loop.changed(x) }}", "{{ loop.depth }}{{ loop.revindex0 }}", "{{ 'z' if not loop.last }}", "{% set a = loop.index0 %}{{ a }}", "{% set loop_a = x %}{{ loop_a }}")
        body = self.open(head) + after + info + self.block(d, True) + (self.open("else") + self.block(d) if self.chance(0.3) else "") + self.open("endfor")
        return body

    def macro(self, d):
        return self.one(
            lambda: self.open("macro mac(p, q='dq', r=p)") + "{{ p }}/{{ q }}/{{ r }}" + self.block(d) + self.open("endmacro") + "{{ mac(" + self.one("", "1", "1, 2", "p=" + self.any(1), "q=3", "1, 2, 3, 4", "z=1", "1, p=2", "*[1, 2]", "**{'p': 5}", "*l, **de") + ") }}",
            lambda: "{% macro va(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ va(" + self.one("", "1, 2, 3", "1, b=" + self.any(0), "a=1, c=2") + ") }}",
            lambda: "{% macro outer(t) %}[{{ caller(" + self.one("", "t", "1, 2") + ") }}]{% endmacro %}{% call" + self.one("", "(y)", "(y='w')") + " outer(" + self.any(1) + ") %}" + self.block(d) + "{{ y }}{% endcall %}",
            lambda: "{% macro fact(n) %}{% if n > 1 %}{{ n * fact(n - 1)|int }}{% else %}1{% endif %}{% endmacro %}{{ fact(" + self.one("5", "20", "i") + ") }}",
            lambda: "{% macro scope() %}{{ a }}{{ i }}{% set i = 99 %}{{ i }}{% endmacro %}{% set a = 5 %}{{ scope() }}{{ i }}{{ scope.name }}{{ scope.arguments }}",
        )()
