"""Subgraphs: chosen by a condition, repeated, named by what they stand for."""
import numpy as np
from flatbuffers import flexbuffers

from tflite_cases.kinds import Q8, SAME, cases
from tflite_net import BOOL, F32, I32, Net


def doubled(net, x, kind, shape):
    return net.op("ADD", [x, x], kind, "AddOptions", shape)


def convolved(net, x):
    return net.op("CONV_2D", [x, net.const((3, 3, 3, 3)), net.const((3,))], F32, "Conv2DOptions",
                  (1, 4, 5, 3), padding=SAME, strideW=1, strideH=1)


@cases
def chosen():
    for condition in (False, True):
        for name, kind, shape in (("f32", F32, (2, 3)), ("s8", Q8, (2, 3)), ("s32", I32, ())):
            net = Net("IF", f"{name}-{condition}")
            flag, x = net.input(np.array(condition), BOOL), net.input(shape, kind, -9, 9)
            then = net.subgraph([(kind, shape)], lambda x: [doubled(net, x, kind, shape)])
            other = net.subgraph([(kind, shape)], lambda x: [net.op("RELU", [x], kind, None, shape)
                                                             if kind is not I32 else x])
            net.op("IF", [flag, x], kind, "IfOptions", thenSubgraphIndex=then,
                   elseSubgraphIndex=other)
            yield net.case()
        net = Net("IF", f"convolution-{condition}")
        image = (1, 4, 5, 3)
        flag, x = net.input(np.array(condition), BOOL), convolved(net, net.input(image))
        then = net.subgraph([(F32, image)], lambda x: [convolved(net, convolved(net, x))])
        other = net.subgraph([(F32, image)], lambda x: [doubled(net, x, F32, image)])
        y = net.op("IF", [flag, x], F32, "IfOptions", thenSubgraphIndex=then,
                   elseSubgraphIndex=other)
        net.op("RELU", [y])
        yield net.case()


@cases
def repeated():
    for most in (0, 1, 5):
        for shape, step in (((2, 3), lambda net, x: doubled(net, x, F32, (2, 3))),
                            ((1, 4, 5, 3), convolved)):
            net = Net("WHILE", f"{most}-{shape}")
            state = [(I32, ()), (F32, shape)]
            again = net.subgraph(state, lambda i, x: [
                net.op("LESS", [i, net.int(most)], BOOL)])
            body = net.subgraph(state, lambda i, x: [
                net.op("ADD", [i, net.int(1)], I32, "AddOptions"), step(net, x)])
            x = net.input(shape)
            outputs = net.op("WHILE", [net.int(0), x], [I32, F32], "WhileOptions",
                             condSubgraphIndex=again, bodySubgraphIndex=body)
            yield net.case(outputs)


@cases
def composite():
    for name, kind in (("f32", F32), ("s8", Q8)):
        no_attributes = flexbuffers.Builder()
        with no_attributes.Map():
            pass
        net = Net("STABLEHLO_COMPOSITE", name)
        inner = net.subgraph([(kind, (2, 3))], lambda x: [doubled(net, x, kind, (2, 3))])
        net.op("STABLEHLO_COMPOSITE", [net.input((2, 3), kind)], kind, "StableHLOCompositeOptions",
               (2, 3), name="twice", decompositionSubgraphIndex=inner,
               compositeAttributes=list(no_attributes.Finish()))
        yield net.case()
