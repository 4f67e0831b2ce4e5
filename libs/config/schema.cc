#include "libs/config/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "libs/base/status.h"

namespace marquee::config {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Deeper than any message that does not contain itself.
constexpr size_t kMaxDepth = 8;

bool IsSupported(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_ENUM:
      return false;
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_STRING;
    default:
      return !field.is_map();
  }
}

std::string VariableOf(std::string_view path) {
  std::string variable = "MARQUEE_";
  for (const char c : path) {
    variable += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

std::string FormerVariableOf(const FieldPath& fields) {
  bool renamed = false;
  std::string path;
  for (const FieldDescriptor* field : fields) {
    const std::string& former = SettingOf(*field).former_name();
    renamed = renamed || !former.empty();
    if (!path.empty()) path += '.';
    path += former.empty() ? field->name() : former;
  }
  return renamed ? VariableOf(path) : std::string();
}

// Also visits messages in lists, to check that all types are supported; only fields outside lists
// are leaves.
absl::Status Collect(const Descriptor& type, const std::string& prefix, FieldPath& above,
                     bool in_list, std::vector<Leaf>& leaves) {
  if (above.size() >= kMaxDepth) {
    return absl::InternalError(fmt::format("{} contains itself", type.full_name()));
  }
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!IsSupported(field)) {
      return absl::InternalError(
          fmt::format("{}: this type of field cannot be a setting", field.full_name()));
    }
    const std::string path = prefix + field.name();
    above.push_back(&field);
    if (field.message_type() != nullptr) {
      MARQUEE_RETURN_IF_ERROR(Collect(*field.message_type(), path + ".", above,
                                      in_list || field.is_repeated(), leaves));
    } else if (!in_list && !field.is_repeated()) {
      leaves.push_back({path, VariableOf(path), above, FormerVariableOf(above)});
    }
    above.pop_back();
  }
  return absl::OkStatus();
}

}  // namespace

const Setting& SettingOf(const FieldDescriptor& field) {
  return field.options().GetExtension(setting);
}

absl::StatusOr<std::vector<Leaf>> LeavesOf(const Descriptor& type) {
  std::vector<Leaf> leaves;
  FieldPath above;
  MARQUEE_RETURN_IF_ERROR(Collect(type, "", above, false, leaves));

  std::set<std::string> variables;
  for (const Leaf& leaf : leaves) {
    if (!variables.insert(leaf.variable).second) {
      return absl::InternalError(
          fmt::format("{}: two settings share the variable {}", type.full_name(), leaf.variable));
    }
  }
  return leaves;
}

const FieldDescriptor* FieldFormerlyCalled(const Descriptor& type, std::string_view key) {
  for (int i = 0; i < type.field_count(); ++i) {
    const std::string& former = SettingOf(*type.field(i)).former_name();
    if (!former.empty() && former == key) return type.field(i);
  }
  return nullptr;
}

std::vector<std::string> KeysOf(const Descriptor& type) {
  std::vector<std::string> keys;
  keys.reserve(static_cast<size_t>(type.field_count()));
  for (int i = 0; i < type.field_count(); ++i) keys.push_back(type.field(i)->name());
  return keys;
}

}  // namespace marquee::config
