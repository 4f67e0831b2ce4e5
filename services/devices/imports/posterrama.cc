#include "services/devices/imports/posterrama.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "services/devices/documents/document_rules.h"
#include "services/devices/imports/posterrama_records.h"
#include "services/devices/imports/posterrama_sources.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

// A thousand displays take a few megabytes.
constexpr size_t kLargestFile = size_t{256} * 1024 * 1024;
constexpr std::string_view kAuthor = "import-posterrama";

// The JSON value of a file; unset if the file does not exist.
absl::StatusOr<std::optional<json::value>> Read(files::FileSystem& files,
                                                const std::filesystem::path& file) {
  const auto text = files.Read(file, kLargestFile);
  if (absl::IsNotFound(text.status())) return std::optional<json::value>();
  if (!text.ok()) return absl::FailedPreconditionError(std::string(text.status().message()));
  boost::system::error_code error;
  json::value parsed = json::parse(json::string_view(text->data(), text->size()), error);
  if (error) {
    return absl::FailedPreconditionError(
        fmt::format("{}: not valid JSON ({})", file.string(), error.message()));
  }
  return std::optional<json::value>(std::move(parsed));
}

// The records of a file that contains a list, or an object with a list.
json::array RecordsOf(const std::optional<json::value>& value, const char* key) {
  if (!value) return {};
  if (value->is_array()) return value->get_array();
  const json::object* object = value->if_object();
  const json::value* list = object != nullptr ? object->if_contains(key) : nullptr;
  return list != nullptr && list->is_array() ? list->get_array() : json::array();
}

json::object ObjectFrom(std::string_view text) {
  boost::system::error_code error;
  json::value parsed = json::parse(json::string_view(text.data(), text.size()), error);
  return !error && parsed.is_object() ? parsed.get_object() : json::object();
}

// The list under `list_key`, followed by those `fresh` entries whose `name_key` is not in it.
json::array Joined(const json::object& document, const char* list_key, const char* name_key,
                   const json::array& fresh, ImportReport::Count& count) {
  const json::value* present = document.if_contains(list_key);
  json::array joined =
      present != nullptr && present->is_array() ? present->get_array() : json::array();
  for (const json::value& entry : fresh) {
    const json::value* name =
        entry.is_object() ? entry.get_object().if_contains(name_key) : nullptr;
    const bool known =
        name != nullptr && std::ranges::any_of(joined, [&](const json::value& other) {
          const json::value* own =
              other.is_object() ? other.get_object().if_contains(name_key) : nullptr;
          return own != nullptr && *own == *name;
        });
    ++(known ? count.known : count.taken);
    if (!known) joined.push_back(entry);
  }
  return joined;
}

// Removes the leaf at a path such as cinema.header.text.
void Erase(json::object& body, std::string_view path) {
  json::object* object = &body;
  while (true) {
    const size_t dot = path.find('.');
    const json::string_view key(path.data(), std::min(dot, path.size()));
    if (dot == std::string_view::npos) {
      // stable_erase keeps the order of the other keys.
      if (const auto found = object->find(key); found != object->end()) object->stable_erase(found);
      return;
    }
    json::value* const inner = object->if_contains(key);
    if (inner == nullptr || !inner->is_object()) return;
    object = &inner->get_object();
    path.remove_prefix(dot + 1);
  }
}

// Removes each unusable leaf and adds a note; unknown values are kept, with a note.
void DropInvalid(json::object& settings, std::vector<std::string>& notes) {
  std::vector<rpc::FieldViolation> unknown;
  for (const auto& violation : CheckDocument(kDisplayDocument, settings, &unknown)) {
    notes.push_back(
        fmt::format("config.json: {}: {}; skipped", violation.field, violation.message));
    Erase(settings, violation.field);
  }
  for (const auto& word : unknown) {
    notes.push_back(fmt::format("config.json: {}: {}; kept", word.field, word.message));
  }
}

}  // namespace

absl::StatusOr<ImportReport> PosterramaImport::Run(const std::filesystem::path& folder) {
  // Read everything before writing anything.
  MARQUEE_ASSIGN_OR_RETURN(const auto devices_file, Read(deps_.files, folder / "devices.json"));
  MARQUEE_ASSIGN_OR_RETURN(const auto groups_file, Read(deps_.files, folder / "groups.json"));
  MARQUEE_ASSIGN_OR_RETURN(const auto profiles_file, Read(deps_.files, folder / "profiles.json"));
  MARQUEE_ASSIGN_OR_RETURN(const auto presets_file,
                           Read(deps_.files, folder / "device-presets.json"));
  MARQUEE_ASSIGN_OR_RETURN(const auto config_file, Read(deps_.files, folder / "config.json"));
  if (!devices_file && !groups_file && !profiles_file && !presets_file && !config_file) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: contains none of devices.json, groups.json, profiles.json, device-presets.json and "
        "config.json; give Posterrama's data folder",
        folder.string()));
  }

  ImportReport report;
  const absl::Time now = deps_.clock.Now();
  const json::array devices = RecordsOf(devices_file, "devices");
  const json::array groups = RecordsOf(groups_file, "groups");
  const json::array profiles = RecordsOf(profiles_file, "profiles");
  MARQUEE_RETURN_IF_ERROR(deps_.store.Write([&](StoreTransaction& store) -> absl::Status {
    report = ImportReport();
    for (const json::value& record : groups) {
      const auto group = GroupFromRecord(record, now, report.notes);
      if (!group) continue;
      MARQUEE_ASSIGN_OR_RETURN(const auto known, store.FindGroup(group->id));
      ++(known ? report.groups.known : report.groups.taken);
      if (!known) MARQUEE_RETURN_IF_ERROR(store.PutGroup(*group));
    }
    for (const json::value& record : profiles) {
      const auto profile = ProfileFromRecord(record, now, report.notes);
      if (!profile) continue;
      MARQUEE_ASSIGN_OR_RETURN(const auto known, store.FindProfile(profile->id));
      ++(known ? report.profiles.known : report.profiles.taken);
      if (!known) MARQUEE_RETURN_IF_ERROR(store.PutProfile(*profile));
    }
    for (const json::value& record : devices) {
      const auto device = DeviceFromRecord(record, now, report.notes);
      if (!device) continue;
      MARQUEE_ASSIGN_OR_RETURN(const auto known, store.FindDevice(device->id));
      ++(known ? report.devices.known : report.devices.taken);
      if (!known) MARQUEE_RETURN_IF_ERROR(store.PutDevice(*device));
    }
    return absl::OkStatus();
  }));

  const json::object config =
      config_file && config_file->is_object() ? config_file->get_object() : json::object();
  json::object settings = DisplaySettingsFrom(config);
  DropInvalid(settings, report.notes);
  MARQUEE_ASSIGN_OR_RETURN(const Document display, deps_.documents.Get(kDisplayDocument, 0));
  json::object merged = ObjectFrom(display.body);
  for (const auto& [key, value] : settings) {
    ++(merged.contains(key) ? report.settings.known : report.settings.taken);
    if (!merged.contains(key)) merged.emplace(key, value);
  }
  json::array sources;
  for (json::object& source : SourcesFrom(config, deps_.environment, report.notes)) {
    json::object alone;
    alone["sources"] = json::array{source};
    const auto violations = CheckDocument(kSourcesDocument, alone);
    if (violations.empty()) {
      sources.push_back(std::move(source));
    } else {
      report.notes.push_back(fmt::format("config.json: source {}: {}; skipped",
                                         json::serialize(source["name"]),
                                         violations.front().message));
    }
  }
  const auto put = [&](std::string_view id, const Document& present,
                       const json::object& body) -> absl::Status {
    if (body == ObjectFrom(present.body)) return absl::OkStatus();
    return deps_.documents
        .Update({.document_id = std::string(id),
                 .body = json::serialize(body),
                 .version = present.version,
                 .author = std::string(kAuthor),
                 .accept_unknown = true,
                 .request_id = ""})
        .status();
  };
  MARQUEE_RETURN_IF_ERROR(put(kDisplayDocument, display, merged));
  for (const auto& [id, list, name, fresh, count] :
       {std::tuple(kPresetsDocument, "presets", "key", RecordsOf(presets_file, "presets"),
                   &report.presets),
        std::tuple(kSourcesDocument, "sources", "name", sources, &report.sources)}) {
    MARQUEE_ASSIGN_OR_RETURN(const Document present, deps_.documents.Get(id, 0));
    json::object body = ObjectFrom(present.body);
    const int before = count->taken;
    json::array joined = Joined(body, list, name, fresh, *count);
    if (count->taken == before) continue;
    body[list] = std::move(joined);
    MARQUEE_RETURN_IF_ERROR(put(id, present, body));
  }
  const json::value* management = config.if_contains("deviceMgmt");
  if (management != nullptr && management->is_object() &&
      management->get_object().contains("bypass")) {
    report.notes.emplace_back(
        "deviceMgmt.bypass: not imported; set `unmanaged_networks:` in the configuration file");
  }
  return report;
}

std::string Describe(const ImportReport& report) {
  std::string text;
  const auto line = [&](const char* what, const ImportReport::Count& count) {
    text += fmt::format("{:<17} {:>5} imported, {:>5} existing\n", what, count.taken, count.known);
  };
  line("displays", report.devices);
  line("groups", report.groups);
  line("profiles", report.profiles);
  line("presets", report.presets);
  line("display settings", report.settings);
  line("sources", report.sources);
  for (const std::string& note : report.notes) text += "note: " + note + "\n";
  return text;
}

}  // namespace marquee::devices
