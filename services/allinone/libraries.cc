#include "services/allinone/libraries.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace marquee::allinone {
namespace {

namespace fs = std::filesystem;

bool HasSource(const AllInOneSettings& settings, const std::string& name) {
  return std::ranges::any_of(settings.sources(),
                             [&](const auto& source) { return source.name() == name; });
}

// "Posters", "Posters 2", "Posters 3", …: the first unused name.
std::string FreeName(const AllInOneSettings& settings, const std::string& wanted) {
  std::string name = wanted;
  for (int i = 2; HasSource(settings, name); ++i) name = fmt::format("{} {}", wanted, i);
  return name;
}

playlist::SourceSettings& AddLocal(const std::string& name, const fs::path& path,
                                   AllInOneSettings& settings) {
  auto& source = *settings.add_sources();
  source.set_name(FreeName(settings, name));
  source.set_type("local");
  source.set_path(path);
  source.set_depth(3);
  source.set_watch(true);
  return source;
}

}  // namespace

absl::Status AddLibraries(const std::vector<std::string>& posters, const fs::path& demo,
                          AllInOneSettings& settings) {
  std::error_code error;
  for (const std::string& folder : posters) {
    if (folder.empty()) {
      return absl::InvalidArgumentError("--posters: give a folder of images");
    }
    // The folder may be missing: a share may be mounted later, and the source reports the error.
    fs::path path = fs::absolute(folder, error).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    const std::string name = path.filename();
    AddLocal(name.empty() ? "Posters" : name, path, settings);
  }
  if (settings.sources_size() > 0) return absl::OkStatus();
  if (!fs::is_directory(demo, error)) {
    return absl::InvalidArgumentError(
        "no sources: give --posters DIR, or list sources in the file of --config");
  }
  AddLocal("Demo", demo, settings).set_demo(true);
  return absl::OkStatus();
}

fs::path DemoLibrary() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return program.parent_path().parent_path() / "share" / "marquee" / "demo";
}

}  // namespace marquee::allinone
