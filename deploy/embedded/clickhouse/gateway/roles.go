package gateway

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The engine's only user is default, who has the roles and no right beside them; SET ROLE leaves a session with one of
// them. Without a session's SET ROLE all of them hold: so the child's own statements run.
const users = `<clickhouse>
  <profiles><default>
    <max_memory_usage>%[4]d</max_memory_usage>
    <allow_introspection_functions>0</allow_introspection_functions>
    <constraints>
      <max_memory_usage><min>1</min><max>%[4]d</max></max_memory_usage>
      %[5]s
    </constraints>
  </default></profiles>
  <quotas><default/></quotas>
  <users><default>
    <password></password><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota>
    <grants>
      <query>GRANT %[1]s, %[2]s, barometer_engine</query>
    </grants>
  </default></users>
  <roles>
    <barometer_engine><grants><query>GRANT ALL ON *.*</query></grants></barometer_engine>
    <%[1]s><grants>
      <query>GRANT ALL ON barometer.*</query>
      <query>GRANT SELECT ON system.*</query>
      <query>GRANT CREATE TEMPORARY TABLE ON *.*</query>
      <query>GRANT KILL QUERY ON *.*</query>
      %[3]s
    </grants></%[1]s>
    <%[2]s><grants>
      <query>GRANT SELECT, SHOW, dictGet ON barometer.*</query>
      <query>GRANT SELECT ON system.*</query>
      <query>GRANT CREATE TEMPORARY TABLE ON *.*</query>
      <query>GRANT TABLE ENGINE ON Memory</query>
    </grants></%[2]s>
  </roles>
</clickhouse>
`

// engines are the table engines of the writer: none of them reaches a file or an address.
var engines = []string{"MergeTree", "ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree",
	"CollapsingMergeTree",
	"VersionedCollapsingMergeTree", "Memory", "Null", "Join", "Set", "Buffer", "Merge", "Dictionary", "GenerateRandom"}

const config = `<clickhouse>
  <user_directories><users_xml><path>%[1]s</path></users_xml></user_directories>
  <max_server_memory_usage>%[2]d</max_server_memory_usage>
  <mark_cache_size>67108864</mark_cache_size>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
</clickhouse>
`

// WriteConfig puts the engine's configuration into its working directory and returns its path.
func WriteConfig(dir string, memoryBytes, queryMemoryBytes int64) (string, error) {
	var grants strings.Builder
	for _, name := range engines {
		fmt.Fprintf(&grants, "<query>GRANT TABLE ENGINE ON %s</query>\n", name)
	}
	var bounds strings.Builder
	for _, name := range refusedSettings {
		if name != "max_memory_usage" {
			fmt.Fprintf(&bounds, "<%[1]s><readonly/></%[1]s>\n", name)
		}
	}
	usersPath, configPath := filepath.Join(dir, "users.xml"), filepath.Join(dir, "config.xml")
	var escaped strings.Builder
	if err := xml.EscapeText(&escaped, []byte(usersPath)); err != nil {
		return "", fmt.Errorf("write the engine's configuration: %w", err)
	}
	for path, text := range map[string]string{
		usersPath:  fmt.Sprintf(users, Writer, Reader, grants.String(), queryMemoryBytes, bounds.String()),
		configPath: fmt.Sprintf(config, escaped.String(), memoryBytes),
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return "", fmt.Errorf("write the engine's configuration: %w", err)
		}
	}
	return configPath, nil
}
