# Evaluates expressions over a list x in forked children and reports what came of them.
#
# Argument: how many seconds an expression may take.
# Standard input: a nonce, then one line per expression: lists, a tab, the expression.
# Standard output: "NONCE ready", then per expression "NONCE INDEX STATUS LENGTH", the text, a line end.
# The text has one line per list: the value in a canonical form, or ! where an exception was raised;
# or ? and a name if the line is no expression.
#
# Plain expressions, which reach nothing but their list and the safe built-in functions, take turns
# in one child. Every other expression has a child of its own, which says so before it starts, so
# whatever it does, it can only report on itself.
import ast, gc, os, resource, select, signal, sys, time

if os.getpid() != 1:
    sys.exit('must be process 1 of its own process namespace')

SECONDS = int(sys.argv[1])
MOST_TEXT = 65536
ALONE = b'alone\n'
NAMES = ('abs all any bool dict divmod enumerate filter float frozenset int len list map max min '
         'pow range reversed round set slice sorted str sum tuple zip False None True').split()
SAFE = {name: getattr(__builtins__, name) for name in NAMES}
PLAIN = (ast.Expression, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp, ast.comprehension,
         ast.Name, ast.expr_context, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare,
         ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.IfExp, ast.Subscript, ast.Slice,
         ast.Call, ast.keyword, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.Lambda,
         ast.arguments, ast.arg)


def canonical(value):
    kind = type(value)
    if kind is list:
        return '[' + ', '.join(map(canonical, value)) + ']'
    if kind is tuple:
        return '(' + ', '.join(map(canonical, value)) + ')'
    if kind is bool or kind is float and value.is_integer():
        return repr(int(value))
    if kind is int or kind is float or kind is str or value is None:
        return repr(value)
    return '<' + kind.__name__ + '>'


def results(code, lists):
    lines = []
    for values in eval(lists, {'__builtins__': {}}):
        try:
            lines.append(canonical(eval(code, {'__builtins__': dict(SAFE), 'x': values})))
        except BaseException:
            lines.append('!')
    return '\n'.join(lines)


def send(pipe, message):
    while message:
        message = message[os.write(pipe, message):]


def child(pipe, lines):
    """Answers from the first line on, up to an expression that must be alone."""
    null = os.open('/dev/null', os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for index, line in enumerate(lines):
        lists, expression = line.split(b'\t', 1)
        alone = False
        try:
            tree = ast.parse(expression.decode(), mode='eval')
            alone = not all(isinstance(node, PLAIN) for node in ast.walk(tree))
            if alone and index > 0:
                return
            if alone:
                send(pipe, ALONE)
            text = results(compile(tree, 'answer', 'eval'), lists)
        except BaseException as problem:
            text = '?' + type(problem).__name__
        text = text.encode('ascii', 'backslashreplace')
        send(pipe, b'%d\n%s' % (len(text), text))
        if alone:
            return


def served(inlet):
    """Yields the texts that a child sends and returns how the one after them failed."""
    data, alone = b'', False
    deadline = time.monotonic() + SECONDS
    while True:
        if data.startswith(ALONE):
            data, alone = data[len(ALONE):], True
        length, line_end, text = data.partition(b'\n')
        if line_end and not (length.isdigit() and len(length) < 9):
            return 'killed'
        if line_end and int(length) > MOST_TEXT:
            return 'overflowed'
        if line_end and len(text) >= int(length):
            yield text[:int(length)]
            if alone:
                return 'killed'
            data = text[int(length):]
            deadline = time.monotonic() + SECONDS
            continue
        if not select.select([inlet], [], [], max(0, deadline - time.monotonic()))[0]:
            return 'timed-out'
        chunk = os.read(inlet, MOST_TEXT)
        if not chunk:
            return 'killed'
        data += chunk


def end_children():
    try:
        os.kill(-1, signal.SIGKILL)
    except ProcessLookupError:
        pass
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass


def run(lines):
    """The outcomes of the first line and of those after it that the same child served."""
    inlet, outlet = os.pipe()
    if os.fork() == 0:
        try:
            os.close(inlet)
            child(outlet, lines)
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(outlet)
    count = 0
    texts = served(inlet)
    while True:
        try:
            text = next(texts)
        except StopIteration as end:
            # A shared child that ends early is given a second chance, with a fresh start.
            if count == 0 or end.value != 'killed':
                yield end.value, b''
            break
        count += 1
        yield 'finished', text
    os.close(inlet)
    end_children()


def main():
    nonce, *lines = sys.stdin.buffer.read().split(b'\n')[:-1]
    report = sys.stdout.buffer
    report.write(b'%s ready\n' % nonce)
    report.flush()
    # Children that collect no garbage share more memory with their parent.
    gc.disable()
    gc.freeze()
    index = 0
    while index < len(lines):
        for status, text in run(lines[index:]):
            report.write(b'%s %d %s %d\n%s\n' % (nonce, index, status.encode(), len(text), text))
            index += 1
        report.flush()


main()
