package io.balsa.raft.examples.kvstore;

import io.balsa.raft.storage.file.NioDisk;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;

/** {@code kvstore server}, but its disk stalls as long as there is a file {@code DATA.stall} beside its directory. */
public final class StallingDiskMain {

    private StallingDiskMain() {}

    /** Runs one server. */
    public static void main(String[] args) {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty(
                "logback.configurationFile", "logback.xml"); // not that of the tests, which is beside this class
        CommandLine line = KvStoreMain.prepared(new CommandLine(new ServerCommand(StallingDiskMain::parts)));
        System.exit(line.execute(Arrays.copyOfRange(args, 1, args.length))); // without "server"
    }

    private static KvServer.Parts parts(ServerSettings settings) {
        return new KvServer.Parts(
                new KvStateMachine(), new StallingDisk(new NioDisk(settings.data()), switchOf(settings.data())));
    }

    /** The file that makes the disk of this directory stall. */
    static Path switchOf(Path data) {
        return data.resolveSibling(data.getFileName() + ".stall");
    }
}
