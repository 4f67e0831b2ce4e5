#include "libs/config/loader.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>

#include "libs/base/status.h"
#include "libs/base/strings.h"
#include "libs/config/environment.h"
#include "libs/config/leaf.h"
#include "libs/config/problems.h"
#include "libs/config/requirements.h"
#include "libs/config/schema.h"
#include "libs/config/yaml_tree.h"
#include "libs/files/real_file_system.h"

namespace marquee::config {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kMaxFileBytes = 1 << 20;

std::string_view NameOf(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kText:
      return "text";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "keys with values";
  }
  return "";
}

// One load, from empty message to checked settings.
class Loader {
 public:
  Loader(const Input& input, files::FileSystem& files)
      : input_(input), files_(files), references_(input.environment, files) {}

  absl::Status Run(Message& settings) {
    MARQUEE_ASSIGN_OR_RETURN(leaves_, LeavesOf(*settings.GetDescriptor()));
    MARQUEE_RETURN_IF_ERROR(FindExternalValues());

    settings.Clear();
    MARQUEE_RETURN_IF_ERROR(ApplyDefaults(settings));
    if (!input_.file.empty()) MARQUEE_RETURN_IF_ERROR(MergeFile(settings));
    for (const Leaf& leaf : leaves_) SetFromExternalValue(leaf, settings);
    CheckForUnknown(input_.environment, leaves_, references_.variables(), problems_);
    return Finish(settings);
  }

  absl::Status RunEntered(const std::string& text, Message& settings) {
    entered_ = true;
    settings.Clear();
    MARQUEE_RETURN_IF_ERROR(ApplyDefaults(settings));
    MARQUEE_ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, "entered"));
    MARQUEE_RETURN_IF_ERROR(MergeMap(root, "", settings));
    return Finish(settings);
  }

 private:
  absl::Status Finish(const Message& settings) {
    MARQUEE_RETURN_IF_ERROR(problems_.ToStatus());
    // Last: missing values are reported only if all given ones are valid.
    CheckRequirements(settings, given_, [this](std::string_view path, std::string_view what) {
      problems_.Add(Where(path), what);
    });
    return problems_.ToStatus();
  }

  struct ExternalValue {
    std::string origin;
    std::string text;
  };

  // The leaves that are set by the environment or a flag.
  absl::Status FindExternalValues() {
    for (const Leaf& leaf : leaves_) {
      const auto found = input_.environment.find(leaf.variable);
      if (found != input_.environment.end())
        external_values_[leaf.path] = {leaf.variable, found->second};
    }
    for (const Override& flag : input_.overrides) {
      const bool known =
          std::ranges::any_of(leaves_, [&](const Leaf& leaf) { return leaf.path == flag.path; });
      if (!known) {
        return absl::InternalError(fmt::format("{}: no setting {}", flag.origin, flag.path));
      }
      external_values_[flag.path] = {flag.origin, flag.text};
    }
    return absl::OkStatus();
  }

  absl::Status ApplyDefaults(Message& message) {
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      if (field.is_repeated()) continue;
      if (field.message_type() != nullptr) {
        MARQUEE_RETURN_IF_ERROR(
            ApplyDefaults(*message.GetReflection()->MutableMessage(&message, &field)));
      } else if (const std::string& text = SettingOf(field).default_(); !text.empty()) {
        const absl::Status set = SetLeaf(message, field, text);
        if (!set.ok()) {
          return absl::InternalError(
              fmt::format("the default of {}: {}", field.full_name(), base::MessageOf(set)));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status MergeFile(Message& settings) {
    const absl::StatusOr<std::string> text = files_.Read(input_.file, kMaxFileBytes);
    if (!text.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("configuration file: {}", base::MessageOf(text.status())));
    }
    MARQUEE_ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(*text, input_.file));
    return MergeMap(root, "", settings);
  }

  // Reports problems in problems_; an error is a fault of the settings message.
  absl::Status MergeMap(const YamlNode& node, const std::string& path, Message& message) {
    if (node.kind == YamlNode::Kind::kNull) return absl::OkStatus();
    if (node.kind != YamlNode::Kind::kMap) {
      problems_.Add(path.empty() ? WhereInFile(node.line) : Where(path),
                    Mismatch("keys with values", node));
      return absl::OkStatus();
    }
    std::map<std::string, int> lines;  // of the keys so far
    for (const YamlEntry& entry : node.entries) {
      const std::string at = path.empty() ? entry.key : fmt::format("{}.{}", path, entry.key);
      const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(entry.key);
      if (field == nullptr) {
        AddUnknownKey(entry, path, *message.GetDescriptor());
        continue;
      }
      lines_[at] = entry.line;
      if (const auto [first, fresh] = lines.emplace(entry.key, entry.line); !fresh) {
        problems_.Add(Where(at),
                      fmt::format("given twice, first in line {}; remove one", first->second));
        continue;
      }
      MARQUEE_RETURN_IF_ERROR(MergeField(entry.value, at, *field, message));
    }
    return absl::OkStatus();
  }

  absl::Status MergeField(const YamlNode& node, const std::string& path,
                          const FieldDescriptor& field, Message& message) {
    if (node.kind == YamlNode::Kind::kNull) return absl::OkStatus();
    if (field.is_repeated()) return MergeList(node, path, field, message);
    if (field.message_type() != nullptr) {
      return MergeMap(node, path, *message.GetReflection()->MutableMessage(&message, &field));
    }
    if (external_values_.contains(path)) {
      references_.Note(node.text);
      return absl::OkStatus();
    }
    MergeWord(node, path, field, message);
    return absl::OkStatus();
  }

  absl::Status MergeList(const YamlNode& node, const std::string& path,
                         const FieldDescriptor& field, Message& message) {
    if (node.kind != YamlNode::Kind::kList) {
      problems_.Add(Where(path), Mismatch("a list", node));
      return absl::OkStatus();
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
      const YamlNode& item = node.items[i];
      const std::string at = fmt::format("{}[{}]", path, i);
      lines_[at] = item.line;
      if (field.message_type() == nullptr) {
        MergeWord(item, at, field, message);
        continue;
      }
      if (item.kind != YamlNode::Kind::kMap) {
        problems_.Add(Where(at), Mismatch("keys with values", item));
        continue;
      }
      Message& added = *message.GetReflection()->AddMessage(&message, &field);
      MARQUEE_RETURN_IF_ERROR(ApplyDefaults(added));
      MARQUEE_RETURN_IF_ERROR(MergeMap(item, at, added));
    }
    return absl::OkStatus();
  }

  void MergeWord(const YamlNode& node, const std::string& path, const FieldDescriptor& field,
                 Message& message) {
    if (node.kind == YamlNode::Kind::kText) {
      SetWord(Where(path), node.text, path, field, message);
    } else {
      problems_.Add(Where(path), Mismatch("text or a number", node));
    }
  }

  void SetFromExternalValue(const Leaf& leaf, Message& settings) {
    const auto external = external_values_.find(leaf.path);
    if (external == external_values_.end()) return;
    Message* message = &settings;
    for (size_t i = 0; i + 1 < leaf.fields.size(); ++i) {
      message = message->GetReflection()->MutableMessage(message, leaf.fields[i]);
    }
    SetWord(external->second.origin, external->second.text, leaf.path, *leaf.fields.back(),
            *message);
  }

  void SetWord(const std::string& where, std::string_view written, const std::string& path,
               const FieldDescriptor& field, Message& message) {
    Resolved value{std::string(written), false};
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      absl::StatusOr<Resolved> resolved =
          entered_ ? Entered(written) : references_.Resolve(written);
      if (!resolved.ok()) {
        problems_.Add(where, base::MessageOf(resolved.status()));
        return;
      }
      value = *std::move(resolved);
    }
    given_.insert(path);
    if (const absl::Status set = SetLeaf(message, field, value.text); !set.ok()) {
      problems_.Add(where, fmt::format("{}, found {}", base::MessageOf(set), Found(value, field)));
    }
  }

  static absl::StatusOr<Resolved> Entered(std::string_view written) {
    if (written.find("${") == std::string_view::npos) return Resolved{std::string(written), false};
    return absl::InvalidArgumentError(
        "references the environment or a file of the server, which is allowed only in its "
        "configuration file; enter the value itself");
  }

  // The given value, if it may be shown.
  static std::string Found(const Resolved& value, const FieldDescriptor& field) {
    const bool may_hold_password =
        SettingOf(field).kind() == URL && value.text.find('@') != std::string::npos;
    if (SettingOf(field).secret() || may_hold_password) return "something else (not shown)";
    if (value.was_reference) return "something else in the referenced place (not shown)";
    return Quoted(value.text);
  }

  static std::string Mismatch(std::string_view expected, const YamlNode& node) {
    return fmt::format("expected {}, found {}", expected, NameOf(node.kind));
  }

  void AddUnknownKey(const YamlEntry& entry, const std::string& path,
                     const google::protobuf::Descriptor& type) {
    const bool glued = entry.key.find(':') != std::string::npos;
    const std::string name = entry.key.substr(0, entry.key.find(':'));
    const std::string key =
        fmt::format("{}{}{}", path, path.empty() ? "" : ".", ShownKey(entry.key));
    const std::string where = entered_ ? key : fmt::format("{}: {}", WhereInFile(entry.line), key);
    if (const FieldDescriptor* renamed = FieldFormerlyCalled(type, name)) {
      problems_.Add(where, fmt::format("the key was renamed; its name is now {}{}{}", path,
                                       path.empty() ? "" : ".", renamed->name()));
      return;
    }
    problems_.Add(where, fmt::format("unknown key; {}the nearest valid one is {}",
                                     glued ? "a space belongs after the colon, and " : "",
                                     base::Nearest(name, KeysOf(type))));
  }

  std::string WhereInFile(int line) const {
    return entered_ ? "" : fmt::format("{}:{}", input_.file, line);
  }

  // `FILE:LINE: path`, with the line of the innermost enclosing key that the file contains; only
  // the path if the file contains none.
  std::string Where(std::string_view path) const {
    if (entered_) return std::string(path);
    for (std::string_view around = path; !around.empty();) {
      if (const auto line = lines_.find(around); line != lines_.end()) {
        return fmt::format("{}: {}", WhereInFile(line->second), path);
      }
      const size_t end = around.find_last_of(".[");
      around = around.substr(0, end == std::string_view::npos ? 0 : end);
    }
    return std::string(path);
  }

  const Input& input_;
  files::FileSystem& files_;
  bool entered_ = false;
  References references_;
  std::vector<Leaf> leaves_;
  std::map<std::string, ExternalValue> external_values_;  // by path
  std::map<std::string, int, std::less<>> lines_;         // lines of the file by path
  std::set<std::string, std::less<>> given_;              // paths of all given values
  Problems problems_;
};

}  // namespace

absl::Status Load(const Input& input, files::FileSystem& files, Message& settings) {
  return Loader(input, files).Run(settings);
}

absl::Status LoadEntered(const std::string& text, Message& settings) {
  const Input nothing;
  files::RealFileSystem unused;  // entered settings reference no file
  return Loader(nothing, unused).RunEntered(text, settings);
}

}  // namespace marquee::config
