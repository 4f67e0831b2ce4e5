#include "services/devices/service/group_service_impl.h"

#include <fmt/format.h>

#include <optional>

#include "libs/base/status.h"
#include "services/devices/service/convert.h"
#include "services/devices/service/paging.h"
#include "services/devices/service/run_service_method.h"
#include "services/devices/service/settings_check.h"

namespace marquee::devices {
namespace {

constexpr int kGroupsPage = 200;
constexpr int kMostGroupsPage = 1000;

void ToProto(const Group& group, pb::Group& out) {
  out.set_id(group.id);
  out.set_name(group.name);
  out.set_description(group.description);
  *out.mutable_settings_template() = StructFrom(group.settings_template);
  out.set_order(static_cast<int32_t>(group.order));
  *out.mutable_created_at() = TimestampFrom(group.created_at);
  *out.mutable_updated_at() = TimestampFrom(group.updated_at);
  out.set_etag(EtagFrom(group.revision));
}

void ToProto(const Profile& profile, pb::Profile& out) {
  out.set_id(profile.id);
  out.set_name(profile.name);
  out.set_description(profile.description);
  *out.mutable_settings() = StructFrom(profile.settings);
  *out.mutable_created_at() = TimestampFrom(profile.created_at);
  *out.mutable_updated_at() = TimestampFrom(profile.updated_at);
  out.set_etag(EtagFrom(profile.revision));
}

absl::Status UnknownField(const std::string& path) {
  return absl::InvalidArgumentError(fmt::format("update_mask: {} cannot be changed", path));
}

absl::StatusOr<GroupChange> ChangeFrom(const pb::Group& group,
                                       const google::protobuf::FieldMask& mask) {
  GroupChange change;
  for (const std::string& path : mask.paths()) {
    if (path == "name") {
      change.name = group.name();
    } else if (path == "description") {
      change.description = group.description();
    } else if (path == "settings_template") {
      change.settings_template = JsonFrom(group.settings_template());
    } else if (path == "order") {
      change.order = group.order();
    } else {
      return UnknownField(path);
    }
  }
  return change;
}

absl::StatusOr<ProfileChange> ChangeFrom(const pb::Profile& profile,
                                         const google::protobuf::FieldMask& mask) {
  ProfileChange change;
  for (const std::string& path : mask.paths()) {
    if (path == "name") {
      change.name = profile.name();
    } else if (path == "description") {
      change.description = profile.description();
    } else if (path == "settings") {
      change.settings = JsonFrom(profile.settings());
    } else {
      return UnknownField(path);
    }
  }
  return change;
}

}  // namespace

absl::Status GroupServiceImpl::DoListGroups(const pb::ListGroupsRequest& in,
                                            pb::ListGroupsResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto groups, deps_.groups.ListGroups());
  MARQUEE_ASSIGN_OR_RETURN(
      const PageRange page,
      PageOf(groups.size(), in.page_size(), in.page_token(), kGroupsPage, kMostGroupsPage));
  for (size_t i = page.begin; i < page.end; ++i) ToProto(groups[i], *out.add_groups());
  out.set_next_page_token(page.next_token);
  return absl::OkStatus();
}

absl::Status GroupServiceImpl::DoCreateGroup(const pb::CreateGroupRequest& in,
                                             pb::CreateGroupResponse& out) {
  GroupChange values{.name = in.group().name(), .description = in.group().description()};
  if (in.group().has_settings_template()) {
    values.settings_template = JsonFrom(in.group().settings_template());
  }
  // Zero means unset; a group without an order gets the largest.
  if (in.group().order() != 0) values.order = in.group().order();
  MARQUEE_RETURN_IF_ERROR(CheckSettings("settings_template", values.settings_template,
                                        in.accept_unknown(), in.group().id(), deps_.logger));
  MARQUEE_ASSIGN_OR_RETURN(const Group group,
                           deps_.groups.CreateGroup(in.group().id(), values, in.request_id()));
  ToProto(group, *out.mutable_group());
  return absl::OkStatus();
}

absl::Status GroupServiceImpl::DoUpdateGroup(const pb::UpdateGroupRequest& in,
                                             pb::UpdateGroupResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const GroupChange change, ChangeFrom(in.group(), in.update_mask()));
  MARQUEE_RETURN_IF_ERROR(CheckSettings("settings_template", change.settings_template,
                                        in.accept_unknown(), in.group().id(), deps_.logger));
  MARQUEE_ASSIGN_OR_RETURN(const auto revision, RevisionIfAny(in.group().etag()));
  MARQUEE_ASSIGN_OR_RETURN(const Group group, deps_.groups.UpdateGroup(in.group().id(), change,
                                                                       revision, in.request_id()));
  ToProto(group, *out.mutable_group());
  return absl::OkStatus();
}

absl::Status GroupServiceImpl::DoDeleteGroup(const pb::DeleteGroupRequest& in,
                                             pb::DeleteGroupResponse&) {
  return deps_.groups.DeleteGroup(in.group_id(), in.request_id());
}

absl::Status GroupServiceImpl::DoListProfiles(const pb::ListProfilesRequest& in,
                                              pb::ListProfilesResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const auto profiles, deps_.groups.ListProfiles());
  MARQUEE_ASSIGN_OR_RETURN(
      const PageRange page,
      PageOf(profiles.size(), in.page_size(), in.page_token(), kGroupsPage, kMostGroupsPage));
  for (size_t i = page.begin; i < page.end; ++i) ToProto(profiles[i], *out.add_profiles());
  out.set_next_page_token(page.next_token);
  return absl::OkStatus();
}

absl::Status GroupServiceImpl::DoCreateProfile(const pb::CreateProfileRequest& in,
                                               pb::CreateProfileResponse& out) {
  ProfileChange values{.name = in.profile().name(), .description = in.profile().description()};
  if (in.profile().has_settings()) values.settings = JsonFrom(in.profile().settings());
  MARQUEE_RETURN_IF_ERROR(CheckSettings("settings", values.settings, in.accept_unknown(),
                                        in.profile().id(), deps_.logger));
  MARQUEE_ASSIGN_OR_RETURN(const Profile profile,
                           deps_.groups.CreateProfile(in.profile().id(), values, in.request_id()));
  ToProto(profile, *out.mutable_profile());
  return absl::OkStatus();
}

absl::Status GroupServiceImpl::DoUpdateProfile(const pb::UpdateProfileRequest& in,
                                               pb::UpdateProfileResponse& out) {
  MARQUEE_ASSIGN_OR_RETURN(const ProfileChange change, ChangeFrom(in.profile(), in.update_mask()));
  MARQUEE_RETURN_IF_ERROR(CheckSettings("settings", change.settings, in.accept_unknown(),
                                        in.profile().id(), deps_.logger));
  MARQUEE_ASSIGN_OR_RETURN(const auto revision, RevisionIfAny(in.profile().etag()));
  MARQUEE_ASSIGN_OR_RETURN(
      const Profile profile,
      deps_.groups.UpdateProfile(in.profile().id(), change, revision, in.request_id()));
  ToProto(profile, *out.mutable_profile());
  return absl::OkStatus();
}

absl::Status GroupServiceImpl::DoDeleteProfile(const pb::DeleteProfileRequest& in,
                                               pb::DeleteProfileResponse&) {
  return deps_.groups.DeleteProfile(in.profile_id(), in.request_id());
}

grpc::ServerUnaryReactor* GroupServiceImpl::ListGroups(grpc::CallbackServerContext* context,
                                                       const pb::ListGroupsRequest* request,
                                                       pb::ListGroupsResponse* response) {
  return RunServiceMethod(*this, &GroupServiceImpl::DoListGroups, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* GroupServiceImpl::CreateGroup(grpc::CallbackServerContext* context,
                                                        const pb::CreateGroupRequest* request,
                                                        pb::CreateGroupResponse* response) {
  return RunServiceMethod(*this, &GroupServiceImpl::DoCreateGroup, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* GroupServiceImpl::UpdateGroup(grpc::CallbackServerContext* context,
                                                        const pb::UpdateGroupRequest* request,
                                                        pb::UpdateGroupResponse* response) {
  return RunServiceMethod(*this, &GroupServiceImpl::DoUpdateGroup, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* GroupServiceImpl::DeleteGroup(grpc::CallbackServerContext* context,
                                                        const pb::DeleteGroupRequest* request,
                                                        pb::DeleteGroupResponse* response) {
  return RunServiceMethod(*this, &GroupServiceImpl::DoDeleteGroup, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* GroupServiceImpl::ListProfiles(grpc::CallbackServerContext* context,
                                                         const pb::ListProfilesRequest* request,
                                                         pb::ListProfilesResponse* response) {
  return RunServiceMethod(*this, &GroupServiceImpl::DoListProfiles, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* GroupServiceImpl::CreateProfile(grpc::CallbackServerContext* context,
                                                          const pb::CreateProfileRequest* request,
                                                          pb::CreateProfileResponse* response) {
  return RunServiceMethod(*this, &GroupServiceImpl::DoCreateProfile, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* GroupServiceImpl::UpdateProfile(grpc::CallbackServerContext* context,
                                                          const pb::UpdateProfileRequest* request,
                                                          pb::UpdateProfileResponse* response) {
  return RunServiceMethod(*this, &GroupServiceImpl::DoUpdateProfile, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

grpc::ServerUnaryReactor* GroupServiceImpl::DeleteProfile(grpc::CallbackServerContext* context,
                                                          const pb::DeleteProfileRequest* request,
                                                          pb::DeleteProfileResponse* response) {
  return RunServiceMethod(*this, &GroupServiceImpl::DoDeleteProfile, *context, deps_.executor,
                          deps_.clock, *request, *response);
}

}  // namespace marquee::devices
