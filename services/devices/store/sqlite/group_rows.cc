#include <algorithm>

#include "libs/base/status.h"
#include "services/devices/store/sqlite/row_mapping.h"
#include "services/devices/store/sqlite/rows.h"

namespace marquee::devices {
namespace {

#define GROUP_COLUMNS \
  "id, name, description, settings_template, sort_order, created_at, updated_at, revision"
#define PROFILE_COLUMNS "id, name, description, settings, created_at, updated_at, revision"
#define PAIRING_COLUMNS "code, device_id, created_at, expires_at, token_hash, failures"

constexpr char kFindGroup[] = "SELECT " GROUP_COLUMNS " FROM device_groups WHERE id = ?1";
constexpr char kListGroups[] =
    "SELECT " GROUP_COLUMNS " FROM device_groups ORDER BY sort_order, id";
constexpr char kPutGroup[] =
    "INSERT INTO device_groups (" GROUP_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO UPDATE SET "
    "name = excluded.name, description = excluded.description, "
    "settings_template = excluded.settings_template, sort_order = excluded.sort_order, "
    "created_at = excluded.created_at, updated_at = excluded.updated_at, "
    "revision = excluded.revision";
constexpr char kDeleteGroup[] = "DELETE FROM device_groups WHERE id = ?1";
constexpr char kFindProfile[] = "SELECT " PROFILE_COLUMNS " FROM profiles WHERE id = ?1";
constexpr char kListProfiles[] = "SELECT " PROFILE_COLUMNS " FROM profiles ORDER BY name, id";
constexpr char kPutProfile[] =
    "INSERT INTO profiles (" PROFILE_COLUMNS
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET "
    "name = excluded.name, description = excluded.description, settings = excluded.settings, "
    "created_at = excluded.created_at, updated_at = excluded.updated_at, "
    "revision = excluded.revision";
constexpr char kDeleteProfile[] = "DELETE FROM profiles WHERE id = ?1";
// An id that contains the LIKE wildcard "_" matches too many rows; the caller filters them.
constexpr char kDevicesInGroup[] = "SELECT " DEVICE_COLUMNS
                                   " FROM devices WHERE group_ids LIKE '%\"' || ?1 || '\"%'"
                                   " ORDER BY created_at, id";
constexpr char kDevicesWithProfile[] =
    "SELECT " DEVICE_COLUMNS " FROM devices WHERE profile_id = ?1 ORDER BY created_at, id";
constexpr char kFindPairing[] = "SELECT " PAIRING_COLUMNS " FROM pairing_codes WHERE code = ?1";
constexpr char kListPairing[] = "SELECT " PAIRING_COLUMNS
                                " FROM pairing_codes WHERE expires_at > ?1"
                                " ORDER BY expires_at, code";
constexpr char kDropPairingOf[] = "DELETE FROM pairing_codes WHERE device_id = ?1 OR code = ?2";
constexpr char kPutPairing[] =
    "INSERT INTO pairing_codes (" PAIRING_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
constexpr char kDeletePairing[] = "DELETE FROM pairing_codes WHERE code = ?1";
constexpr char kExpirePairing[] = "DELETE FROM pairing_codes WHERE expires_at <= ?1";

Group GroupFromRow(const Statement& row) {
  Group group;
  group.id = row.Text(0);
  group.name = row.Text(1);
  group.description = row.Text(2);
  group.settings_template = row.Text(3);
  group.order = row.Int(4);
  group.created_at = row.Time(5);
  group.updated_at = row.Time(6);
  group.revision = row.Int(7);
  return group;
}

Profile ProfileFromRow(const Statement& row) {
  Profile profile;
  profile.id = row.Text(0);
  profile.name = row.Text(1);
  profile.description = row.Text(2);
  profile.settings = row.Text(3);
  profile.created_at = row.Time(4);
  profile.updated_at = row.Time(5);
  profile.revision = row.Int(6);
  return profile;
}

PairingCode PairingCodeFromRow(const Statement& row) {
  PairingCode code;
  code.code = row.Text(0);
  code.device_id = row.Text(1);
  code.created_at = row.Time(2);
  code.expires_at = row.Time(3);
  code.token_hash = row.Text(4);
  code.failures = row.Int(5);
  return code;
}

}  // namespace

absl::StatusOr<std::optional<Group>> SqliteRows::FindGroup(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindGroup));
  find.Text(1, id);
  return First(find, GroupFromRow);
}

absl::StatusOr<std::vector<Group>> SqliteRows::ListGroups() {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kListGroups));
  return All(list, GroupFromRow);
}

absl::Status SqliteRows::PutGroup(const Group& group) {
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutGroup));
  return put.Text(1, group.id)
      .Text(2, group.name)
      .Text(3, group.description)
      .Text(4, group.settings_template)
      .Int(5, group.order)
      .Time(6, group.created_at)
      .Time(7, group.updated_at)
      .Int(8, group.revision)
      .Run();
}

absl::StatusOr<bool> SqliteRows::DeleteGroup(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement remove, db_.Prepare(kDeleteGroup));
  MARQUEE_RETURN_IF_ERROR(remove.Text(1, id).Run());
  return db_.changed_rows() > 0;
}

absl::StatusOr<std::optional<Profile>> SqliteRows::FindProfile(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindProfile));
  find.Text(1, id);
  return First(find, ProfileFromRow);
}

absl::StatusOr<std::vector<Profile>> SqliteRows::ListProfiles() {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kListProfiles));
  return All(list, ProfileFromRow);
}

absl::Status SqliteRows::PutProfile(const Profile& profile) {
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutProfile));
  return put.Text(1, profile.id)
      .Text(2, profile.name)
      .Text(3, profile.description)
      .Text(4, profile.settings)
      .Time(5, profile.created_at)
      .Time(6, profile.updated_at)
      .Int(7, profile.revision)
      .Run();
}

absl::StatusOr<bool> SqliteRows::DeleteProfile(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement remove, db_.Prepare(kDeleteProfile));
  MARQUEE_RETURN_IF_ERROR(remove.Text(1, id).Run());
  return db_.changed_rows() > 0;
}

absl::StatusOr<std::vector<Device>> SqliteRows::DevicesInGroup(std::string_view group_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kDevicesInGroup));
  list.Text(1, group_id);
  MARQUEE_ASSIGN_OR_RETURN(std::vector<Device> devices, All(list, DeviceFromRow));
  std::erase_if(devices, [group_id](const Device& device) {
    return std::ranges::find(device.groups, group_id) == device.groups.end();
  });
  return devices;
}

absl::StatusOr<std::vector<Device>> SqliteRows::DevicesWithProfile(std::string_view profile_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kDevicesWithProfile));
  list.Text(1, profile_id);
  return All(list, DeviceFromRow);
}

absl::StatusOr<std::optional<PairingCode>> SqliteRows::FindPairingCode(std::string_view code) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindPairing));
  find.Text(1, code);
  return First(find, PairingCodeFromRow);
}

absl::StatusOr<std::vector<PairingCode>> SqliteRows::ListPairingCodes(absl::Time now) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kListPairing));
  list.Time(1, now);
  return All(list, PairingCodeFromRow);
}

absl::Status SqliteRows::PutPairingCode(const PairingCode& code) {
  MARQUEE_ASSIGN_OR_RETURN(Statement drop, db_.Prepare(kDropPairingOf));
  MARQUEE_RETURN_IF_ERROR(drop.Text(1, code.device_id).Text(2, code.code).Run());
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutPairing));
  return put.Text(1, code.code)
      .Text(2, code.device_id)
      .Time(3, code.created_at)
      .Time(4, code.expires_at)
      .TextOrNull(5, code.token_hash)
      .Int(6, code.failures)
      .Run();
}

absl::Status SqliteRows::DeletePairingCode(std::string_view code) {
  MARQUEE_ASSIGN_OR_RETURN(Statement remove, db_.Prepare(kDeletePairing));
  return remove.Text(1, code).Run();
}

absl::Status SqliteRows::DeletePairingCodesExpiredBy(absl::Time now) {
  MARQUEE_ASSIGN_OR_RETURN(Statement expire, db_.Prepare(kExpirePairing));
  return expire.Time(1, now).Run();
}

}  // namespace marquee::devices
