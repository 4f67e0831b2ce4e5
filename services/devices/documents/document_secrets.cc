#include "services/devices/documents/document_secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <string>

#include "libs/base/status.h"

namespace marquee::devices {
namespace {

namespace json = boost::json;

bool IsSecretKey(json::string_view key) {
  return key == "token" || key == "password" || key == "api_key";
}

// Calls `visit` for each non-empty secret.
template <class Visit>
void EachSecret(json::value& value, Visit& visit) {
  if (value.is_array()) {
    for (json::value& member : value.get_array()) EachSecret(member, visit);
  }
  if (!value.is_object()) return;
  for (auto& [key, member] : value.get_object()) {
    if (IsSecretKey(key) && member.is_string() && !member.get_string().empty()) {
      visit(member.get_string());
    } else {
      EachSecret(member, visit);
    }
  }
}

template <class Visit>
void EachSecretOf(json::object& body, Visit visit) {
  for (auto& [key, member] : body) {
    if (IsSecretKey(key) && member.is_string() && !member.get_string().empty()) {
      visit(member.get_string());
    } else {
      EachSecret(member, visit);
    }
  }
}

std::string_view ViewOf(const json::string& text) { return {text.data(), text.size()}; }

json::string_view JsonViewOf(std::string_view text) { return {text.data(), text.size()}; }

const json::object* EntryNamed(const json::array& list, const json::value* name) {
  if (name == nullptr || !name->is_string()) return nullptr;
  for (const json::value& entry : list) {
    const json::object* object = entry.if_object();
    const json::value* own = object != nullptr ? object->if_contains("name") : nullptr;
    if (own != nullptr && *own == *name) return object;
  }
  return nullptr;
}

bool SameTarget(const json::object& a, const json::object& b) {
  constexpr std::array kTarget = {"type", "url"};
  return std::ranges::all_of(kTarget, [&](const char* key) {
    const json::value* left = a.if_contains(key);
    const json::value* right = b.if_contains(key);
    if (left == nullptr || right == nullptr) return left == right;
    return *left == *right;
  });
}

void Keep(json::object& body, const json::object* before, const std::string& where,
          std::vector<rpc::FieldViolation>& violations);

void KeepInList(json::array& list, const json::value* before, const std::string& where,
                std::vector<rpc::FieldViolation>& violations) {
  const json::array* old = before != nullptr ? before->if_array() : nullptr;
  for (size_t i = 0; i < list.size(); ++i) {
    json::object* entry = list[i].if_object();
    if (entry == nullptr) continue;
    const json::object* known =
        old != nullptr ? EntryNamed(*old, entry->if_contains("name")) : nullptr;
    Keep(*entry, known, fmt::format("{}[{}]", where, i), violations);
  }
}

void Keep(json::object& body, const json::object* before, const std::string& where,
          std::vector<rpc::FieldViolation>& violations) {
  for (auto& [key, value] : body) {
    const std::string name(key.data(), key.size());
    const std::string field = where.empty() ? name : fmt::format("{}.{}", where, name);
    const json::value* old = before != nullptr ? before->if_contains(key) : nullptr;
    if (value.is_object()) {
      Keep(value.get_object(), old != nullptr ? old->if_object() : nullptr, field, violations);
    } else if (value.is_array()) {
      KeepInList(value.get_array(), old, field, violations);
    } else if (IsSecretKey(key) && value.is_string() && ViewOf(value.get_string()) == kSecretMask) {
      if (old == nullptr || !old->is_string()) {
        violations.push_back({field, "there is no stored secret to keep; enter the secret"});
      } else if (!SameTarget(body, *before)) {
        violations.push_back({field, "the type or address was changed; enter the secret again"});
      } else {
        value = *old;
      }
    }
  }
}

}  // namespace

void MaskSecrets(json::object& body) {
  EachSecretOf(body, [](json::string& secret) { secret = JsonViewOf(kSecretMask); });
}

void SealSecrets(json::object& body, const SecretBox& box) {
  EachSecretOf(body, [&box](json::string& secret) {
    if (ViewOf(secret) != kSecretMask) secret = JsonViewOf(box.Seal(ViewOf(secret)));
  });
}

size_t OpenSecrets(json::object& body, const SecretBox& box) {
  size_t unreadable = 0;
  EachSecretOf(body, [&](json::string& secret) {
    const auto open = box.Open(ViewOf(secret));
    if (!open.ok()) ++unreadable;
    secret = JsonViewOf(open.ok() ? *open : "");
  });
  return unreadable;
}

size_t EraseSealed(json::object& body) {
  size_t erased = 0;
  EachSecretOf(body, [&](json::string& secret) {
    if (!SecretBox::IsSealed(ViewOf(secret))) return;
    ++erased;
    secret.clear();
  });
  return erased;
}

void KeepSecrets(json::object& body, const json::object& before,
                 std::vector<rpc::FieldViolation>& violations) {
  Keep(body, &before, "", violations);
}

}  // namespace marquee::devices
