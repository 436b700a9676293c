// Field numbers of onnx.proto: facts of the format, shared by reader and writer.
#pragma once
#include <cstdint>

namespace mote::onnx {

struct ModelProto {
  enum Field : std::uint32_t {
    kIrVersion = 1,
    kProducerName = 2,
    kProducerVersion = 3,
    kDomain = 4,
    kModelVersion = 5,
    kDoc = 6,
    kGraph = 7,
    kOpsetImport = 8,
    kMetadata = 14,
    kFunctions = 25,
  };
};

struct OperatorSetIdProto {
  enum Field : std::uint32_t { kDomain = 1, kVersion = 2 };
};

struct StringStringEntryProto {
  enum Field : std::uint32_t { kKey = 1, kValue = 2 };
};

struct GraphProto {
  enum Field : std::uint32_t {
    kNode = 1,
    kName = 2,
    kInitializer = 5,
    kDoc = 10,
    kInput = 11,
    kOutput = 12,
    kValueInfo = 13,
    kSparseInitializer = 15,
    kMetadata = 16,
  };
};

struct NodeProto {
  enum Field : std::uint32_t {
    kInput = 1,
    kOutput = 2,
    kName = 3,
    kOpType = 4,
    kAttribute = 5,
    kDoc = 6,
    kDomain = 7,
    kOverload = 8,
    kMetadata = 9,
  };
};

struct AttributeProto {
  enum Field : std::uint32_t {
    kName = 1,
    kF = 2,
    kI = 3,
    kS = 4,
    kT = 5,
    kG = 6,
    kFloats = 7,
    kInts = 8,
    kStrings = 9,
    kTensors = 10,
    kGraphs = 11,
    kDoc = 13,
    kTp = 14,
    kTypeProtos = 15,
    kType = 20,
    kRefAttrName = 21,
    kSparseTensor = 22,
    kSparseTensors = 23,
  };
  // AttributeProto.AttributeType.
  enum Type : std::int32_t {
    kUndefined = 0,
    kFloatType = 1,
    kIntType = 2,
    kStringType = 3,
    kTensorType = 4,
    kGraphType = 5,
    kFloatsType = 6,
    kIntsType = 7,
    kStringsType = 8,
    kTensorsType = 9,
    kGraphsType = 10,
    kSparseTensorType = 11,
    kSparseTensorsType = 12,
    kTypeProtoType = 13,
    kTypeProtosType = 14,
  };
};

struct ValueInfoProto {
  enum Field : std::uint32_t { kName = 1, kType = 2, kDoc = 3, kMetadata = 4 };
};

struct TensorProto {
  enum Field : std::uint32_t {
    kDims = 1,
    kDataType = 2,
    kSegment = 3,
    kFloatData = 4,
    kInt32Data = 5,
    kStringData = 6,
    kInt64Data = 7,
    kName = 8,
    kRawData = 9,
    kDoubleData = 10,
    kUint64Data = 11,
    kDoc = 12,
    kExternalData = 13,
    kDataLocation = 14,
    kMetadata = 16,
  };
};

struct SparseTensorProto {
  enum Field : std::uint32_t { kValues = 1, kIndices = 2, kDims = 3 };
};

struct TypeProto {
  enum Field : std::uint32_t {
    kTensor = 1,
    kSequence = 4,
    kMap = 5,
    kOpaque = 7,
    kSparseTensor = 8,
    kOptional = 9,
  };
  // Of TypeProto.Tensor and TypeProto.SparseTensor.
  enum TensorField : std::uint32_t { kElemType = 1, kShape = 2 };
  // Of TypeProto.Sequence and TypeProto.Optional.
  enum ElementField : std::uint32_t { kElement = 1 };
  enum MapField : std::uint32_t { kKeyType = 1, kValueType = 2 };
};

struct TensorShapeProto {
  enum Field : std::uint32_t { kDim = 1 };
  // Of TensorShapeProto.Dimension.
  enum DimField : std::uint32_t { kDimValue = 1, kDimParam = 2 };
};

struct FunctionProto {
  enum Field : std::uint32_t {
    kName = 1,
    kInput = 4,
    kOutput = 5,
    kAttribute = 6,
    kNode = 7,
    kDoc = 8,
    kOpsetImport = 9,
    kDomain = 10,
    kAttributeProto = 11,
    kValueInfo = 12,
    kOverload = 13,
    kMetadata = 14,
  };
};

// -- onnx-data.proto

struct SequenceProto {
  enum Field : std::uint32_t {
    kName = 1,
    kElemType = 2,
    kTensors = 3,
    kSparseTensors = 4,
    kSequences = 5,
    kMaps = 6,
    kOptionals = 7,
  };
};

struct MapProto {
  enum Field : std::uint32_t { kName = 1, kKeyType = 2, kKeys = 3, kStringKeys = 4, kValues = 5 };
};

struct OptionalProto {
  enum Field : std::uint32_t {
    kName = 1,
    kElemType = 2,
    kTensor = 3,
    kSparseTensor = 4,
    kSequence = 5,
    kMap = 6,
    kOptional = 7,
  };
};

}  // namespace mote::onnx
