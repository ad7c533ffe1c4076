package io.balsa.raft.storage.file;

import io.balsa.raft.storage.LogPosition;
import java.util.List;
import java.util.Optional;

/**
 * What is left of a damaged log.
 *
 * @param sound the log up to the damage; without segments if not even the beginning of it is left
 * @param continued the sound part ends with the mark that the log goes on in a next segment, which is damaged or missing
 * @param later the files of segments that no longer belong to the log, in the order of their offsets
 * @param last the last entry that the log had before it was damaged; empty if nobody can tell
 */
record LogRemains(RecoveredLog sound, boolean continued, List<String> later, Optional<LogPosition> last) {

    boolean isNothing() {
        return sound.segments().isEmpty();
    }
}
