package io.balsa.raft.examples.kvstore;

import io.balsa.raft.MemberStatus;
import io.balsa.raft.RaftNode;
import io.balsa.raft.RaftStatus;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.SnapshotInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The JSON that operators send and get. */
final class AdminJson {

    private AdminJson() {}

    /** What {@code POST /admin/members} asks for. */
    record NewMember(long id, String address, boolean voter, OptionalLong replaces) {}

    /**
     * The members as this server knows them. The index is looked at first: whoever makes a change on the condition that
     * it still stands, and saw a membership that is newer, is refused, and not the other way round.
     */
    static Map<String, @Nullable Object> members(RaftNode node) {
        RaftStatus status = node.status();
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", status.identity().node().value());
        json.put("role", lower(status.role()));
        json.put("term", status.term());
        json.put("leaderId", status.leader().map(leader -> leader.id().value()).orElse(null));
        json.put("index", status.membershipIndex());
        json.put("joint", status.membership().isJoint());
        json.put("members", memberList(node.members(), status.membership()));
        return json;
    }

    static List<Map<String, @Nullable Object>> memberList(List<MemberStatus> members, Membership membership) {
        List<Map<String, @Nullable Object>> list = new ArrayList<>();
        for (MemberStatus member : members) {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("id", member.id().value());
            one.put("address", member.address());
            one.put("role", lower(member.role()));
            one.put("voter", membership.isVoter(member.id()));
            one.put("standing", lower(member.standing()));
            one.put("priority", member.priority());
            one.put(
                    "lastContactMillis",
                    member.lastContact().map(Duration::toMillis).orElse(null));
            one.put("lag", member.lag().isPresent() ? member.lag().getAsLong() : null);
            list.add(one);
        }
        return list;
    }

    /** What came of a change. */
    static Map<String, @Nullable Object> changed(Membership membership, RaftStatus status) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("index", status.membership().equals(membership) ? status.membershipIndex() : null);
        List<Map<String, Object>> members = new ArrayList<>();
        for (Member member : membership.members().values()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", member.id().value());
            one.put("address", member.address());
            one.put("voter", membership.isVoter(member.id()));
            one.put("priority", member.priority());
            members.add(one);
        }
        json.put("members", members);
        return json;
    }

    static Map<String, @Nullable Object> snapshot(SnapshotInfo info) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("index", info.index());
        json.put("term", info.last().term());
        json.put("bytes", info.sizeBytes());
        json.put("membershipIndex", info.membershipIndex());
        return json;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    // --- what operators send; each throws IllegalArgumentException if it is something else ---

    static NewMember readNewMember(byte[] json) {
        JsonNode body = object(json, Set.of("id", "address", "voter", "replace"));
        JsonNode voter = body.get("voter");
        if (voter != null && !voter.isBoolean()) {
            throw new IllegalArgumentException("'voter' is true or false");
        }
        long id = number(body, "id").orElseThrow(() -> new IllegalArgumentException("the body needs 'id', a number"));
        return new NewMember(id, text(body, "address"), voter == null || voter.booleanValue(), number(body, "replace"));
    }

    static String readAddress(byte[] json) {
        return text(object(json, Set.of("address")), "address");
    }

    static int readPriority(byte[] json) {
        long priority = number(object(json, Set.of("priority")), "priority")
                .orElseThrow(() -> new IllegalArgumentException("the body needs 'priority', a number"));
        if (priority < 0 || priority > Member.MAX_PRIORITY) {
            throw new IllegalArgumentException("a priority is 0 to " + Member.MAX_PRIORITY);
        }
        return (int) priority;
    }

    /** The member that is to lead; an empty body means whoever is fittest. */
    static OptionalLong readTarget(byte[] json) {
        return json.length == 0 ? OptionalLong.empty() : number(object(json, Set.of("target")), "target");
    }

    /** For requests that need no body. */
    static void readNothing(byte[] json) {
        if (json.length > 0) {
            object(json, Set.of());
        }
    }

    private static JsonNode object(byte[] json, Set<String> names) {
        JsonNode body = Json.readObject(json);
        for (String name : body.propertyNames()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("'" + name + "' means nothing here");
            }
        }
        return body;
    }

    private static OptionalLong number(JsonNode body, String name) {
        JsonNode node = body.get(name);
        if (node == null || node.isNull()) {
            return OptionalLong.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw new IllegalArgumentException("'" + name + "' is a whole number");
        }
        return OptionalLong.of(node.longValue());
    }

    private static String text(JsonNode body, String name) {
        return Optional.ofNullable(body.get(name))
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .orElseThrow(() -> new IllegalArgumentException("the body needs '" + name + "', a string"));
    }
}
