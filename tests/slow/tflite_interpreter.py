"""TFLite's interpreter in a process of its own, which bad models may crash."""
import multiprocessing
import os


from tflite_net import packed

VARIANTS = ("default", "reference")


def run(data, inputs, variant, everything=False):
    """Outputs as [(name, array, quantized)], and the sizes of all tensors by name."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
    resolver = OpResolverType.BUILTIN_REF if variant == "reference" else OpResolverType.AUTO
    i = Interpreter(model_content=data, experimental_op_resolver_type=resolver, num_threads=1,
                    experimental_preserve_all_tensors=everything)
    i.allocate_tensors()
    for d in i.get_input_details():
        i.set_tensor(d["index"], inputs[d["name"]])
    i.invoke()
    outputs = [(d["name"], i.get_tensor(d["index"]), bool(d["quantization"][0]))
               for d in i.get_output_details()]
    shapes = {d["name"]: [int(n) for n in d["shape"]] for d in i.get_tensor_details()}
    return outputs, shapes


def found_shapes(case, data):
    """Sizes of all tensors by name. Errors: those of the interpreter's default kernels."""
    try:
        return run(data, case.inputs, "reference", everything=True)[1]
    except (RuntimeError, ValueError):  # some operators have no reference kernel
        return run(data, case.inputs, "default", everything=True)[1]


def opened(model):
    """The bytes of a model that leaves first sizes open, and those of what is computed."""
    graph = model.subgraphs[0]
    for i, t in enumerate(graph.tensors):
        if i in graph.inputs:
            t.shapeSignature = [-1 if axis == 0 else int(n) for axis, n in enumerate(t.shape)]
        elif t.buffer == 0:
            t.shapeSignature = [-1] * len(t.shape)
    return packed(model)


def answer(case, open_batch=False):
    """(bytes of the model with the sizes that were found, {variant: outputs or why not}).
    open_batch: the bytes are those of the model opened."""
    data, results = packed(case.model), {}
    try:
        shapes = found_shapes(case, data)
    except (RuntimeError, ValueError) as e:
        return data, {"default": str(e).strip()}
    for t in case.model.subgraphs[0].tensors:
        t.shape = shapes.get(t.name, t.shape)
    data = packed(case.model)
    for variant in VARIANTS:
        try:
            results[variant] = run(data, case.inputs, variant)[0]
        except (RuntimeError, ValueError) as e:
            results[variant] = str(e).strip()
    return opened(case.model) if open_batch else data, results


def work(cases, start, open_batch, pipe):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # it logs what it makes
    for k in range(start, len(cases)):
        pipe.send((k, answer(cases[k], open_batch)))
    pipe.send(None)


def answers(cases, open_batch):
    """Yields answer(case, open_batch) of each, in order; None where the process crashed."""
    context, start = multiprocessing.get_context("fork"), 0
    while start < len(cases):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(cases, start, open_batch, there))
        process.start()
        there.close()
        try:
            while (message := here.recv()) is not None:
                start = message[0] + 1
                yield message[1]
        except EOFError:
            start += 1
            yield None
        process.join()
