// The scope that each RPC requires: a table of all of them, and of the routes of /api/v1 and /admin
// that show the same data.
#include "services/gateway/clients/api_descriptors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "marquee/access/v1/scope.pb.h"

namespace marquee::gateway {
namespace {

// When you add a method to the protos, add it here with the scope that may call it. READ must not
// reveal a code, a credential or anything else that lets a reader act as another user.
const std::map<std::string, Scope> kRest = {
    {"GET /api/v2/playlist", Scope::kRead},
    {"GET /api/v2/playlist/items/{key}", Scope::kRead},
    {"GET /api/v2/playlist/items/{key}/extras", Scope::kRead},
    {"GET /api/v2/artists", Scope::kRead},
    {"POST /api/v2/playlist:refresh", Scope::kOperate},
    {"GET /api/v2/sources", Scope::kRead},
    {"POST /api/v2/sources:test", Scope::kAdmin},
    {"POST /api/v2/sources:libraries", Scope::kAdmin},
    {"POST /api/v2/sources:previewFilter", Scope::kAdmin},
    {"GET /api/v2/images/cache", Scope::kRead},
    {"POST /api/v2/images:purge", Scope::kAdmin},
    {"GET /api/v2/devices", Scope::kRead},
    {"GET /api/v2/devices/{device_id}", Scope::kRead},
    {"GET /api/v2/devices/{device_id}/commands", Scope::kRead},
    {"GET /api/v2/devices/{device_id}/effectiveSettings", Scope::kRead},
    {"PATCH /api/v2/devices/{device.id}", Scope::kAdmin},
    {"DELETE /api/v2/devices/{device_id}", Scope::kAdmin},
    {"POST /api/v2/devices:batchUpdate", Scope::kAdmin},
    {"POST /api/v2/devices/{target_id}:merge", Scope::kAdmin},
    {"POST /api/v2/devices/{device_id}/pairingCodes", Scope::kAdmin},
    {"GET /api/v2/pairingCodes", Scope::kAdmin},
    {"GET /api/v2/waitingDevices", Scope::kAdmin},
    {"POST /api/v2/waitingDevices:approve", Scope::kAdmin},
    {"GET /api/v2/unknownDisplays", Scope::kAdmin},
    {"POST /api/v2/unknownDisplays:adopt", Scope::kAdmin},
    {"POST /api/v2/unknownDisplays:reject", Scope::kAdmin},
    {"POST /api/v2/devices/{device_id}/commands", Scope::kOperate},
    {"POST /api/v2/commands:batchSend", Scope::kOperate},
    {"POST /api/v2/commands/{command_id}:cancel", Scope::kOperate},
    {"POST /api/v2/commandJobs/{job_id}:cancel", Scope::kOperate},
    {"GET /api/v2/groups", Scope::kRead},
    {"POST /api/v2/groups", Scope::kAdmin},
    {"PATCH /api/v2/groups/{group.id}", Scope::kAdmin},
    {"DELETE /api/v2/groups/{group_id}", Scope::kAdmin},
    {"GET /api/v2/profiles", Scope::kRead},
    {"POST /api/v2/profiles", Scope::kAdmin},
    {"PATCH /api/v2/profiles/{profile.id}", Scope::kAdmin},
    {"DELETE /api/v2/profiles/{profile_id}", Scope::kAdmin},
    {"GET /api/v2/settings/{document_id}", Scope::kRead},
    {"GET /api/v2/settings/{document_id}/versions", Scope::kRead},
    {"GET /api/v2/settings/{document_id}:diff", Scope::kRead},
    {"PUT /api/v2/settings/{document_id}", Scope::kAdmin},
    {"POST /api/v2/settings/{document_id}:restore", Scope::kAdmin},
    {"GET /api/v2/tokens", Scope::kAdmin},
    {"POST /api/v2/tokens", Scope::kAdmin},
    {"DELETE /api/v2/tokens/{token_id}", Scope::kAdmin},
    {"GET /api/v2/auditEvents", Scope::kAdmin},
};

TEST(ApiScopes, EveryMethodDeclaresItsScope) {
  const ApiDescriptors api;
  std::set<const google::protobuf::MethodDescriptor*> with_route;
  for (const RestBinding& binding : api.bindings()) with_route.insert(binding.method);
  EXPECT_GT(api.methods().size(), 50U);
  for (const auto* method : api.methods()) {
    const auto scope = method->options().GetExtension(access::v1::scope);
    EXPECT_NE(scope, access::v1::SCOPE_UNSPECIFIED)
        << method->full_name() << ": set option (marquee.access.v1.scope)";
    EXPECT_EQ(scope == access::v1::SCOPE_INTERNAL, !with_route.contains(method))
        << method->full_name() << ": SCOPE_INTERNAL is for methods without a REST route";
  }
}

TEST(ApiScopes, MatchTheTable) {
  const ApiDescriptors api;
  std::map<std::string, Scope> found;
  for (const RestBinding& binding : api.bindings()) {
    found[fmt::format("{} {}", MethodName(binding.verb), binding.path)] = binding.scope;
  }
  for (const auto& [route, scope] : found) {
    const auto expected = kRest.find(route);
    ASSERT_NE(expected, kRest.end()) << route << " is not in the table";
    EXPECT_EQ(scope, expected->second) << route;
  }
  for (const auto& [route, scope] : kRest) EXPECT_TRUE(found.contains(route)) << route;
}

}  // namespace
}  // namespace marquee::gateway
