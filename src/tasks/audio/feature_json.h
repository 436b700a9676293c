// The JSON form of AudioFeatureRule: the fields of an input of features of sound.
#pragma once
#include "tasks/audio/feature_rule.h"
#include "tasks/json_fields.h"

namespace mote {

AudioFeatureRule read_audio_features(FieldReader& r);
void write_audio_features(const AudioFeatureRule& rule, Json& j);

}  // namespace mote
