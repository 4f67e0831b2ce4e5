// gRPC service GroupService.
#pragma once

#include "libs/base/clock.h"
#include "libs/base/executor.h"
#include "libs/obs/logger.h"
#include "marquee/devices/v1/group_service.grpc.pb.h"
#include "services/devices/groups/group_manager.h"

namespace marquee::devices {

namespace pb = ::marquee::devices::v1;

class GroupServiceImpl final : public pb::GroupService::CallbackService {
 public:
  struct Deps {
    GroupManager& groups;
    obs::Logger& logger;
    const base::Clock& clock;
    base::Executor& executor;
  };

  explicit GroupServiceImpl(Deps deps) : deps_(deps) {}

  grpc::ServerUnaryReactor* ListGroups(grpc::CallbackServerContext* context,
                                       const pb::ListGroupsRequest* request,
                                       pb::ListGroupsResponse* response) override;
  grpc::ServerUnaryReactor* CreateGroup(grpc::CallbackServerContext* context,
                                        const pb::CreateGroupRequest* request,
                                        pb::CreateGroupResponse* response) override;
  grpc::ServerUnaryReactor* UpdateGroup(grpc::CallbackServerContext* context,
                                        const pb::UpdateGroupRequest* request,
                                        pb::UpdateGroupResponse* response) override;
  grpc::ServerUnaryReactor* DeleteGroup(grpc::CallbackServerContext* context,
                                        const pb::DeleteGroupRequest* request,
                                        pb::DeleteGroupResponse* response) override;
  grpc::ServerUnaryReactor* ListProfiles(grpc::CallbackServerContext* context,
                                         const pb::ListProfilesRequest* request,
                                         pb::ListProfilesResponse* response) override;
  grpc::ServerUnaryReactor* CreateProfile(grpc::CallbackServerContext* context,
                                          const pb::CreateProfileRequest* request,
                                          pb::CreateProfileResponse* response) override;
  grpc::ServerUnaryReactor* UpdateProfile(grpc::CallbackServerContext* context,
                                          const pb::UpdateProfileRequest* request,
                                          pb::UpdateProfileResponse* response) override;
  grpc::ServerUnaryReactor* DeleteProfile(grpc::CallbackServerContext* context,
                                          const pb::DeleteProfileRequest* request,
                                          pb::DeleteProfileResponse* response) override;

 private:
  absl::Status DoListGroups(const pb::ListGroupsRequest& in, pb::ListGroupsResponse& out);
  absl::Status DoCreateGroup(const pb::CreateGroupRequest& in, pb::CreateGroupResponse& out);
  absl::Status DoUpdateGroup(const pb::UpdateGroupRequest& in, pb::UpdateGroupResponse& out);
  absl::Status DoDeleteGroup(const pb::DeleteGroupRequest& in, pb::DeleteGroupResponse& out);
  absl::Status DoListProfiles(const pb::ListProfilesRequest& in, pb::ListProfilesResponse& out);
  absl::Status DoCreateProfile(const pb::CreateProfileRequest& in, pb::CreateProfileResponse& out);
  absl::Status DoUpdateProfile(const pb::UpdateProfileRequest& in, pb::UpdateProfileResponse& out);
  absl::Status DoDeleteProfile(const pb::DeleteProfileRequest& in, pb::DeleteProfileResponse& out);

  const Deps deps_;
};

}  // namespace marquee::devices
