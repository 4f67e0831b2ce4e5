// Loads settings from a YAML file, the environment and flags into a protobuf message whose field
// options state the allowed values (options.proto).
//
//   PlaylistSettings settings;
//   config::Input input;
//   input.file = "marquee.yaml";
//   input.environment = …;                       // the whole environment as a map
//   absl::Status loaded = config::Load(input, files, settings);
//   absl::Duration every = config::DurationOf(settings.playlist().refresh_every());
//   log.Info("settings", {{"settings", config::Redacted(settings)}});
//
// The build generates the C++ code of a settings message with
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
  std::string path;    // "data_dir": neither a list nor inside one
  std::string text;    // as it would be written in the file
  std::string origin;  // "--data-dir", for messages
};

struct Input {
  std::string file;  // empty: none
  // image.memory_mb is set by MARQUEE_IMAGE_MEMORY_MB; lists cannot be set here. Any other variable
  // with this prefix is an error, unless the file references it or it is one of those by which
  // Kubernetes and Docker announce a service (MARQUEE_SERVICE_HOST, MARQUEE_PORT_80_TCP, …).
  Environment environment;
  std::vector<Override> overrides;
};

// Overwrites `settings`. Precedence: flags, environment, file, defaults. An overridden value is not
// evaluated, so a reference in it may be missing. Afterwards every message outside lists is present
// (has_image() is true) with its defaults, every value is checked and every reference resolved. A
// key without a value counts as not given.
//
// kInvalidArgument: errors of the user, on one line, at most three joined by "; ". Each begins with
// its place: `FILE:LINE: sources[0].token: `, or the variable, or the flag. Values of secret fields
// and of references are never shown.
// kInternal: the settings message itself is faulty (for example a default outside its range).
//
// Reads at most 1 MiB of `input.file`.
absl::Status Load(const Input& input, files::FileSystem& files,
                  google::protobuf::Message& settings);

// The same for settings entered at run time as JSON or YAML. References are rejected, since they
// would disclose files and environment variables of the host. Problems begin with the path in
// `settings`: `token: `.
absl::Status LoadEntered(const std::string& text, google::protobuf::Message& settings);

}  // namespace marquee::config
