"""The operations of the contract, a module a resource; ``OPERATIONS`` of each lists its own."""
