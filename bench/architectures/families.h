// One function for each architecture; see architectures.cc.
#pragma once
#include "architectures/architectures.h"

namespace mote {

ModelDef bert_mini(const ArchitectureOptions& options);
ModelDef efficientnet_b0(const ArchitectureOptions& options);
ModelDef efficientnet_lite0(const ArchitectureOptions& options);
ModelDef lstm(const ArchitectureOptions& options);
ModelDef mobilenet_v1(const ArchitectureOptions& options);
ModelDef mobilenet_v2(const ArchitectureOptions& options);
ModelDef mobilenet_v3_large(const ArchitectureOptions& options);
ModelDef mobilenet_v3_small(const ArchitectureOptions& options);
ModelDef resnet18(const ArchitectureOptions& options);
ModelDef resnet50(const ArchitectureOptions& options);
ModelDef shufflenet_v1(const ArchitectureOptions& options);
ModelDef shufflenet_v2(const ArchitectureOptions& options);
ModelDef squeezenet(const ArchitectureOptions& options);

}  // namespace mote
