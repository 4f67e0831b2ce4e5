// Settings from a YAML file, the environment and flags, into a protobuf message that says itself
// what is allowed (options.proto).
//
//   PlaylistSettings settings;
//   config::Input input;
//   input.file = "marquee.yaml";
//   input.environment = …;                       // all of it, as a map
//   absl::Status loaded = config::Load(input, files, settings);
//   absl::Duration every = config::DurationOf(settings.playlist().refresh_every());
//   log.Info("settings", {{"settings", config::Redacted(settings)}});
//
// The build makes the C++ of a settings message with
//   marquee_settings(services_playlist_settings playlist_config.proto) (cmake/ProtoSettings.cmake)
#pragma once

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "libs/config/redact.h"
#include "libs/config/references.h"
#include "libs/config/values.h"
#include "libs/files/file_system.h"

namespace marquee::config {

// A setting given on the command line.
struct Override {
  std::string path;    // "data_dir": not a list, not inside one
  std::string text;    // as it would stand in the file
  std::string origin;  // "--data-dir", for messages
};

struct Input {
  std::string file;  // empty: none
  // image.memory_mb is MARQUEE_IMAGE_MEMORY_MB; lists cannot be given here. Another variable with
  // this beginning is an error, unless the file refers to it, or it is one of those by which
  // Kubernetes and Docker announce a backend (MARQUEE_SERVICE_HOST, MARQUEE_PORT_80_TCP, …).
  Environment environment;
  std::vector<Override> overrides;
};

// Fills `settings`, whatever was in it before. Flags win over the environment, that over the file,
// that over defaults. A value that loses is not looked at, so a reference in it may be missing.
// Afterwards every message that is not in a list is there (has_image() is true) with its defaults,
// every value is checked, every reference followed. A key without a value counts as not given.
//
// kInvalidArgument: what a person can mend, on one line, at most three problems of it joined by
// "; ". Each begins with where it is, `FILE:LINE: sources[0].token: ` or the variable or the flag.
// Values of secret fields and of references are never shown.
// kInternal: the settings message itself is at fault (a default outside its range, …).
//
// Reads at most 1 MiB of `input.file`.
absl::Status Load(const Input& input, files::FileSystem& files,
                  google::protobuf::Message& settings);

// The same for settings that somebody entered at run time, as JSON or YAML. Whoever may enter them
// must not learn what this machine's files and environment hold, so a reference is a problem.
// Problems begin with the path in `settings`: `token: `.
absl::Status LoadEntered(const std::string& text, google::protobuf::Message& settings);

}  // namespace marquee::config
