// The JSON form of AudioRule and SpeechRule: the fields of an input of sound, and of an output that
// says what is speech.
#pragma once
#include "tasks/audio/audio_rule.h"
#include "tasks/json_fields.h"

namespace mote {

AudioRule read_audio(FieldReader& r);
void write_audio(const AudioRule& rule, Json& j);

SpeechRule read_speech(FieldReader& r);
void write_speech(const SpeechRule& rule, Json& j);

}  // namespace mote
