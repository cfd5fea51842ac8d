"""What Mithaq is measured against. Each script stands alone, so that it runs in any environment."""
