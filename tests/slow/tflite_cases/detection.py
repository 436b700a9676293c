"""The boxes of a detector by anchors: TFLite_Detection_PostProcess."""
import numpy as np
from flatbuffers import flexbuffers

from tflite_cases.kinds import cases
from tflite_net import F32, Net, quantized

ANCHORS = 40


def anchors(rng):
    """[n, 4]: centre and size, as shares of an image."""
    return np.concatenate([rng.uniform(0.2, 0.8, (ANCHORS, 2)), rng.uniform(0.1, 0.4, (ANCHORS, 2))],
                          axis=1)


def anchors_of(kind, rng):
    values = anchors(rng)
    return np.round(values / kind.scales[0]) if kind.scales else values


def post_process(label, classes, background, kind_boxes=F32, kind_scores=F32, kind_anchors=F32,
                 **options):
    net = Net("TFLite_Detection_PostProcess", label)
    settings = dict(max_detections=10, max_classes_per_detection=1, detections_per_class=10,
                    use_regular_nms=False, nms_score_threshold=0.3, nms_iou_threshold=0.5,
                    num_classes=classes, y_scale=10.0, x_scale=10.0, h_scale=5.0, w_scale=5.0)
    settings |= options
    columns = classes + background
    boxes = net.input((1, ANCHORS, 4), kind_boxes, -3, 3)
    scores = net.input((1, ANCHORS, columns), kind_scores, 0, 1)
    net.custom("TFLite_Detection_PostProcess",
               [boxes, scores, net.const(anchors_of(kind_anchors, net.rng), kind_anchors)], [F32] * 4,
               bytes(flexbuffers.Dumps(settings)))
    return net.case()


@cases
def post_processes():
    for background in (0, 1):
        for per_box in (1, 2):
            yield post_process(f"fast-background{background}-{per_box}_classes", 3, background,
                               max_classes_per_detection=per_box)
        yield post_process(f"regular-background{background}", 3, background, use_regular_nms=True)
    yield post_process("fast-few", 2, 1, nms_score_threshold=0.95)
    yield post_process("regular-few", 2, 1, use_regular_nms=True, nms_score_threshold=0.95)
    yield post_process("regular-many", 2, 1, use_regular_nms=True, nms_score_threshold=0.0,
                       nms_iou_threshold=0.9, detections_per_class=5)
    yield post_process("fast-one_class", 1, 1)
    yield post_process("fast-u8", 3, 1, quantized(np.uint8, 0.05, 128), quantized(np.uint8, 1 / 256),
                       quantized(np.uint8, 1 / 255))
