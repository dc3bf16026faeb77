package org.coralha.drill;

import org.coralha.drill.bench.BenchClientCommand;
import org.coralha.drill.bench.BenchCommand;
import org.coralha.drill.bench.PauseCommand;
import org.coralha.drill.bench.UploadsCommand;
import org.coralha.drill.client.ClientCommand;
import org.coralha.drill.demo.DemoCommand;
import org.coralha.drill.demo.FailoverCostCommand;
import org.coralha.drill.lab.WireCommand;
import org.coralha.drill.path.Table2Command;
import org.coralha.drill.soak.SoakCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry of the drill: clients that check every byte, fault drills and the demo table. */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        description = "Clients that check every byte, and the faults that must not reach them.",
        subcommands = {
            ClientCommand.class,
            DemoCommand.class,
            FailoverCostCommand.class,
            WireCommand.class,
            Table2Command.class,
            BenchCommand.class,
            PauseCommand.class,
            UploadsCommand.class,
            BenchClientCommand.class,
            SoakCommand.class
        })
public final class Main {
    private Main() {}

    /** Runs the subcommand; the process's exit code is its answer. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
