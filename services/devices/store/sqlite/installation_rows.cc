#include "libs/base/status.h"
#include "services/devices/store/sqlite/row_mapping.h"
#include "services/devices/store/sqlite/rows.h"

namespace marquee::devices {
namespace {

constexpr char kFindInfo[] =
    "SELECT store_id, generation, secret_key FROM store_info WHERE singleton = 1";
constexpr char kPutInfo[] =
    "INSERT INTO store_info (singleton, store_id, generation, secret_key) VALUES (1, ?1, ?2, ?3) "
    "ON CONFLICT (singleton) DO UPDATE SET store_id = excluded.store_id, "
    "generation = excluded.generation, secret_key = excluded.secret_key";

constexpr char kFindFormer[] =
    "SELECT id, gone_at, successor_id, secret_hash FROM former_devices WHERE id = ?1";
constexpr char kCountFormer[] = "SELECT count(*) FROM former_devices";
constexpr char kPutFormer[] =
    "INSERT INTO former_devices (id, gone_at, successor_id, secret_hash) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (id) DO UPDATE SET gone_at = excluded.gone_at, "
    "successor_id = excluded.successor_id, secret_hash = excluded.secret_hash";
constexpr char kForgetFormer[] = "DELETE FROM former_devices WHERE id = ?1";
constexpr char kForgetFormerBefore[] = "DELETE FROM former_devices WHERE gone_at < ?1";
constexpr char kReplaceSuccessor[] =
    "UPDATE former_devices SET successor_id = ?2 WHERE successor_id = ?1";

constexpr char kAddressesOfInstallation[] =
    "SELECT a.device_id, a.address, a.seen_at FROM device_addresses a "
    "JOIN devices d ON d.id = a.device_id WHERE d.install_id = ?1 AND a.seen_at >= ?2 "
    "ORDER BY a.device_id, a.address";
constexpr char kDevicesAtAddress[] =
    "SELECT device_id, address, seen_at FROM device_addresses WHERE address = ?1 AND "
    "seen_at >= ?2 ORDER BY device_id";
constexpr char kNoteAddress[] =
    "INSERT INTO device_addresses (device_id, address, seen_at) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (device_id, address) DO UPDATE SET seen_at = max(seen_at, excluded.seen_at)";
constexpr char kPruneAddresses[] =
    "DELETE FROM device_addresses WHERE device_id = ?1 AND address NOT IN (SELECT address FROM "
    "device_addresses WHERE device_id = ?1 ORDER BY seen_at DESC LIMIT ?2)";

StoreInfo StoreInfoFromRow(const Statement& row) {
  return {.id = row.Text(0), .generation = row.Int(1), .secret_key = row.Text(2)};
}

FormerDevice FormerDeviceFromRow(const Statement& row) {
  return {.id = row.Text(0),
          .gone_at = row.Time(1),
          .successor_id = row.Text(2),
          .secret_hash = row.Text(3)};
}

DeviceAddress DeviceAddressFromRow(const Statement& row) {
  return {.device_id = row.Text(0), .address = row.Text(1), .seen_at = row.Time(2)};
}

}  // namespace

absl::StatusOr<std::optional<StoreInfo>> SqliteRows::FindStoreInfo() {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindInfo));
  return First(find, StoreInfoFromRow);
}

absl::Status SqliteRows::PutStoreInfo(const StoreInfo& info) {
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutInfo));
  return put.Text(1, info.id).Int(2, info.generation).Text(3, info.secret_key).Run();
}

absl::StatusOr<std::optional<FormerDevice>> SqliteRows::FindFormerDevice(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement find, db_.Prepare(kFindFormer));
  find.Text(1, id);
  return First(find, FormerDeviceFromRow);
}

absl::StatusOr<int64_t> SqliteRows::CountFormerDevices() {
  MARQUEE_ASSIGN_OR_RETURN(Statement count, db_.Prepare(kCountFormer));
  MARQUEE_RETURN_IF_ERROR(count.Run());
  return count.Int(0);
}

absl::Status SqliteRows::PutFormerDevice(const FormerDevice& device) {
  MARQUEE_ASSIGN_OR_RETURN(Statement put, db_.Prepare(kPutFormer));
  return put.Text(1, device.id)
      .Time(2, device.gone_at)
      .TextOrNull(3, device.successor_id)
      .TextOrNull(4, device.secret_hash)
      .Run();
}

absl::Status SqliteRows::ForgetFormerDevice(std::string_view id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement forget, db_.Prepare(kForgetFormer));
  return forget.Text(1, id).Run();
}

absl::Status SqliteRows::ForgetFormerDevicesBefore(absl::Time oldest) {
  MARQUEE_ASSIGN_OR_RETURN(Statement forget, db_.Prepare(kForgetFormerBefore));
  return forget.Time(1, oldest).Run();
}

absl::Status SqliteRows::ReplaceSuccessor(std::string_view id, std::string_view successor_id) {
  MARQUEE_ASSIGN_OR_RETURN(Statement replace, db_.Prepare(kReplaceSuccessor));
  return replace.Text(1, id).TextOrNull(2, successor_id).Run();
}

absl::StatusOr<std::vector<DeviceAddress>> SqliteRows::AddressesOfInstallation(
    std::string_view install_id, absl::Time since) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kAddressesOfInstallation));
  list.Text(1, install_id).Time(2, since);
  return All(list, DeviceAddressFromRow);
}

absl::StatusOr<std::vector<DeviceAddress>> SqliteRows::DevicesAtAddress(std::string_view address,
                                                                        absl::Time since) {
  MARQUEE_ASSIGN_OR_RETURN(Statement list, db_.Prepare(kDevicesAtAddress));
  list.Text(1, address).Time(2, since);
  return All(list, DeviceAddressFromRow);
}

absl::Status SqliteRows::NoteAddress(const DeviceAddress& address, size_t keep) {
  {
    MARQUEE_ASSIGN_OR_RETURN(Statement note, db_.Prepare(kNoteAddress));
    MARQUEE_RETURN_IF_ERROR(
        note.Text(1, address.device_id).Text(2, address.address).Time(3, address.seen_at).Run());
  }
  MARQUEE_ASSIGN_OR_RETURN(Statement prune, db_.Prepare(kPruneAddresses));
  return prune.Text(1, address.device_id).Int(2, static_cast<int64_t>(keep)).Run();
}

}  // namespace marquee::devices
