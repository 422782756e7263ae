package main

import "fmt"

type configCommand struct {
	Check configCheckCommand `cmd:"" help:"Say what is wrong with the configuration: file, line and key."`
}

type configCheckCommand struct{}

// Run checks the configuration.
func (c *configCheckCommand) Run(inv *invocation) error {
	if _, err := inv.load(); err != nil {
		return err
	}
	fmt.Println("the configuration is right")
	return nil
}
